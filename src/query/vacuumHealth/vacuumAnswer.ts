import type { Row } from '../../inspect/section.js';
import type { Limitation } from '../limitation.js';
import { limited } from '../truncated.js';
import { databaseHealth } from './databaseHealth.js';
import { horizonHolders } from './horizonHolders.js';
import { deadPerSecond, idRates, type Earlier } from './rates.js';
import { runningVacuums, serverIssues, workersOf } from './runningVacuums.js';
import { tableHealth, type TableContext } from './tableHealth.js';
import { isOn, type Settings } from './thresholds.js';
import type { TableHealth, VacuumHealth } from './vacuumData.js';
import type { HolderRow } from './holdersQuestion.js';
import type { TableStat } from './tablesQuestion.js';
import type { DatabaseStat, SettingRow, WorkerRow } from './vacuumQuestions.js';
import { WRAPAROUND_LEVELS } from './wraparoundLimits.js';

/** What the questions of `query vacuum-health` answered. */
export interface VacuumAnswers {
  readonly tables: readonly TableStat[];
  readonly settings: readonly SettingRow[];
  readonly databases: readonly DatabaseStat[];
  readonly workers: readonly WorkerRow[];
  readonly holders: readonly HolderRow[];
  /** Rows of pg_stat_progress_vacuum. */
  readonly progress: readonly Row[];
}

/** What of the server and the wish the answer depends on. */
export interface VacuumSituation {
  readonly major: number;
  readonly database: string;
  readonly inRecovery: boolean;
  /** Whether this role sees what other roles’ processes do. */
  readonly seesProcesses: boolean;
  /** Rows of each list; 0 = all. */
  readonly limit: number;
  /** The sample before, with --delta. */
  readonly earlier: Earlier | null;
}

/** The answer of `query vacuum-health`, from what the server said. Pure. */
export function vacuumAnswer(
  answers: VacuumAnswers,
  limitations: readonly Limitation[],
  situation: VacuumSituation,
): VacuumHealth {
  const settings: Settings = new Map(
    answers.settings.flatMap(({ name, setting }) =>
      name === null || setting === null ? [] : [[name, setting]],
    ),
  );
  const { major, earlier, limit } = situation;
  const rates = earlier === null ? null : idRates(earlier, answers.databases);
  const running = runningVacuums(answers.progress, answers.workers);
  const context: TableContext = {
    major,
    settings,
    counted: !situation.inRecovery && isOn(settings.get('track_counts') ?? 'on'),
    vacuumedBy: new Map(
      running
        .filter(({ database }) => database === situation.database)
        .flatMap(({ relation_oid, pid }) => (relation_oid === null ? [] : [[relation_oid, pid]])),
    ),
    deadPerSecond: earlier === null ? new Map() : deadPerSecond(earlier, answers.tables),
  };
  const tables = rankedTables(answers.tables, context);
  const databases = answers.databases.map((stat) => databaseHealth(stat, { major, settings, rates }));
  const workers = workersOf(answers.workers, situation.seesProcesses, settings);
  const holders = limited(horizonHolders(answers.holders, situation.database, situation.inRecovery), limit);
  const shown = { tables: limited(tables, limit), databases: limited(databases, limit) };
  return {
    tables: shown.tables.rows,
    tables_truncated: shown.tables.truncated,
    databases: shown.databases.rows,
    databases_truncated: shown.databases.truncated,
    running,
    workers,
    horizon_holders: holders.rows,
    horizon_holders_truncated: holders.truncated,
    issues: serverIssues(workers, settings),
    totals: {
      tables: answers.tables[0]?.tables_in_all ?? 0,
      tables_with_issues: tables.filter(({ issues }) => issues.length > 0).length,
      databases_with_issues: databases.filter(({ issues }) => issues.length > 0).length,
    },
    rates,
    limitations: [...limitations, ...standbyLimitation(situation)],
  };
}

/** A standby has counters of its own, which know nothing of the changes that it replays. */
function standbyLimitation({ inRecovery }: VacuumSituation): Limitation[] {
  if (!inRecovery) return [];
  const message =
    'dead, changed and inserted rows and the last vacuums are known to the primary alone; ages and options are told';
  return [{ subject: 'pg_stat_all_tables', status: 'partial', reason: 'not_primary', message }];
}

/** Healthy catalogs are left out. */
function rankedTables(stats: readonly TableStat[], context: TableContext): TableHealth[] {
  return stats
    .map((stat) => tableHealth(stat, context))
    .filter(({ system, issues }) => !system || issues.length > 0)
    .map((table) => ({ table, rank: rankOf(table) }))
    .sort((one, other) => firstDifference(other.rank, one.rank))
    .map(({ table }) => table);
}

/** Wraparound first, then the number of issues, then how far over the threshold, then the size. */
function rankOf(table: TableHealth): number[] {
  const { issues, wraparound_level: level, dead_to_threshold_ratio: dead, changed_tuples: changed } = table;
  const stale = changed === null || table.analyze_threshold === 0 ? 0 : changed / table.analyze_threshold;
  return [
    WRAPAROUND_LEVELS.indexOf(level),
    issues.length,
    Math.max(dead ?? 0, stale),
    table.size_bytes_estimated,
  ];
}

function firstDifference(one: readonly number[], other: readonly number[]): number {
  return one.map((value, at) => value - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
