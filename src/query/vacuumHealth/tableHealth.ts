import { quoteIdentifier } from '../../core/identifier.js';
import { distancesOf, worstLevel, type Distances } from './distances.js';
import { milestonesOf, thresholdsOf, type Settings, type Thresholds } from './thresholds.js';
import type { TableHealth } from './vacuumData.js';
import type { TableStat } from './tablesQuestion.js';
import type { WraparoundLevel } from './wraparoundLimits.js';

/** What the judgement of one table needs beside the table. */
export interface TableContext {
  readonly major: number;
  readonly settings: Settings;
  /** False where the counters are not those of this table's life: on a standby, and with track_counts off. */
  readonly counted: boolean;
  /** Processes that vacuum a table of this database, by its oid. */
  readonly vacuumedBy: ReadonlyMap<number, number>;
  /** Growth of dead rows per second, by oid; empty without --delta. */
  readonly deadPerSecond: ReadonlyMap<number, number>;
}

type Issue = TableHealth['issues'][number];

/** A table as autovacuum sees it, with what is wrong. Pure. */
export function tableHealth(stat: TableStat, context: TableContext): TableHealth {
  const options = (stat.options ?? []).filter((option) => option.startsWith('autovacuum_'));
  const reltuples = stat.reltuples ?? 0;
  const facts = { options, reltuples, relpages: stat.relpages ?? 0, relallfrozen: stat.relallfrozen };
  const thresholds = thresholdsOf(facts, context.settings);
  const milestones = milestonesOf(context.major, context.settings, options);
  const xid = distancesOf(stat.xid_age, milestones.xid);
  const multixact = distancesOf(stat.mxid_age, milestones.mxid);
  const level = worstLevel([stat.xid_age, milestones.xid], [stat.mxid_age, milestones.mxid]);
  const counters = countersOf(stat, thresholds, context);
  const issues = issuesOf(stat, counters, thresholds, level, context);
  const pid = stat.relid === null ? undefined : context.vacuumedBy.get(stat.relid);
  return {
    schema: stat.schemaname ?? '',
    name: stat.relname ?? '',
    part: stat.part === 'toast' ? 'toast' : 'heap',
    kind: KINDS[stat.relkind ?? 'r'] ?? 'table',
    system: stat.is_system ?? false,
    issues,
    due: dueOf(counters, thresholds, [xid, multixact]),
    size_bytes_estimated: (stat.relpages ?? 0) * Number(context.settings.get('block_size') ?? 8192),
    ...counters,
    dead_threshold: thresholds.dead,
    insert_threshold: thresholds.inserted,
    analyze_threshold: thresholds.changed,
    autovacuum_enabled: thresholds.enabled,
    options,
    last_vacuum: stat.last_vacuum,
    last_autovacuum: stat.last_autovacuum,
    last_analyze: stat.last_analyze,
    last_autoanalyze: stat.last_autoanalyze,
    vacuumed_by_pid: pid ?? null,
    wraparound_level: level,
    xid,
    multixact,
    ...ratesOf(stat, counters.dead_tuples, thresholds, context),
    remedy: remedyOf(stat, issues),
  };
}

const KINDS: Readonly<Record<string, TableHealth['kind']>> = {
  r: 'table',
  t: 'table',
  m: 'materialized_view',
};

type Counters = Pick<
  TableHealth,
  | 'live_tuples'
  | 'dead_tuples'
  | 'dead_to_threshold_ratio'
  | 'dead_ratio'
  | 'inserted_tuples'
  | 'changed_tuples'
>;

const NOT_COUNTED: Counters = {
  live_tuples: null,
  dead_tuples: null,
  dead_to_threshold_ratio: null,
  dead_ratio: null,
  inserted_tuples: null,
  changed_tuples: null,
};

/** Nobody analyzes TOAST tables, and ANALYZE leaves out pg_statistic, which it writes (analyze.c, autovacuum.c). */
const PG_STATISTIC = 2619;

function isAnalyzable({ part, relid }: TableStat): boolean {
  return part !== 'toast' && relid !== PG_STATISTIC;
}

function countersOf(stat: TableStat, { dead }: Thresholds, { counted }: TableContext): Counters {
  if (!counted) return NOT_COUNTED;
  const { n_dead_tup: deadTuples, n_live_tup: live } = stat;
  const all = (live ?? 0) + (deadTuples ?? 0);
  return {
    live_tuples: live,
    dead_tuples: deadTuples,
    dead_to_threshold_ratio: deadTuples === null || dead === 0 ? null : deadTuples / dead,
    dead_ratio: deadTuples === null || all === 0 ? null : deadTuples / all,
    inserted_tuples: stat.n_ins_since_vacuum,
    changed_tuples: isAnalyzable(stat) ? stat.n_mod_since_analyze : null,
  };
}

function exceeds(value: number | null, limit: number | null): boolean {
  return value !== null && limit !== null && value > limit;
}

function dueOf(counters: Counters, thresholds: Thresholds, ages: readonly Distances[]): TableHealth['due'] {
  const { dead_tuples, inserted_tuples, changed_tuples } = counters;
  const due: [TableHealth['due'][number], boolean][] = [
    ['vacuum_freeze', ages.some(({ to_forced_autovacuum: left }) => left !== null && left < 0)],
    ['vacuum_dead', exceeds(dead_tuples, thresholds.dead)],
    ['vacuum_inserts', exceeds(inserted_tuples, thresholds.inserted)],
    ['analyze', exceeds(changed_tuples, thresholds.changed)],
  ];
  return due.flatMap(([what, is]) => (is ? [what] : []));
}

function issuesOf(
  stat: TableStat,
  counters: Counters,
  thresholds: Thresholds,
  level: WraparoundLevel,
  { counted }: TableContext,
): Issue[] {
  const lasting = stat.persistence !== 't';
  const never = lasting && isNeverAnalyzed(stat, thresholds, counted);
  const found: [Issue, boolean][] = [
    ['wraparound', level !== 'none'],
    ['autovacuum_off', lasting && !thresholds.enabled && stat.options_inherited !== true],
    ['dead_tuples', lasting && exceeds(counters.dead_tuples, thresholds.dead)],
    ['never_analyzed', never],
    ['stale_statistics', lasting && !never && exceeds(counters.changed_tuples, thresholds.changed)],
  ];
  return found.flatMap(([issue, is]) => (is ? [issue] : []));
}

/**
 * Whether the planner knows nothing of a table that has more rows than would make autovacuum analyze it. That there
 * are no column statistics must be known: the record of an ANALYZE is lost in a crash. A system catalog is never it.
 */
function isNeverAnalyzed(stat: TableStat, { changed }: Thresholds, counted: boolean): boolean {
  if (stat.part === 'toast' || stat.is_system === true) return false;
  if (stat.last_analyze !== null || stat.last_autoanalyze !== null || stat.has_statistics !== false)
    return false;
  const rows = Math.max(stat.reltuples ?? 0, counted ? (stat.n_live_tup ?? 0) : 0);
  return rows > changed;
}

function remedyOf(stat: TableStat, issues: readonly Issue[]): string[] {
  const table = `${quoteIdentifier(stat.schemaname ?? '')}.${quoteIdentifier(stat.relname ?? '')}`;
  const word = stat.relkind === 'm' ? 'MATERIALIZED VIEW' : 'TABLE';
  const option = stat.part === 'toast' ? 'toast.autovacuum_enabled' : 'autovacuum_enabled';
  const analyze = issues.some((issue) => issue === 'never_analyzed' || issue === 'stale_statistics');
  const remedy = issues.includes('autovacuum_off') ? [`ALTER ${word} ${table} RESET (${option});`] : [];
  if (issues.includes('wraparound')) remedy.push(`VACUUM (FREEZE${analyze ? ', ANALYZE' : ''}) ${table};`);
  else if (issues.includes('dead_tuples')) remedy.push(`VACUUM${analyze ? ' (ANALYZE)' : ''} ${table};`);
  else if (analyze) remedy.push(`ANALYZE ${table};`);
  return remedy;
}

function ratesOf(
  stat: TableStat,
  dead: number | null,
  { dead: threshold }: Thresholds,
  { deadPerSecond }: TableContext,
): Pick<TableHealth, 'dead_per_s' | 'dead_threshold_in_s'> {
  const rate = dead === null ? undefined : deadPerSecond.get(stat.relid ?? 0);
  if (rate === undefined || dead === null) return { dead_per_s: null, dead_threshold_in_s: null };
  const left = Math.max(0, threshold - dead);
  return { dead_per_s: rate, dead_threshold_in_s: rate > 0 ? left / rate : null };
}
