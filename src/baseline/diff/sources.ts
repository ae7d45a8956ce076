import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import { pgStatStatementsInfo } from '../../inspect/sections/pg_stat_statements_info.js';
import type { Row } from '../../inspect/section.js';
import type { Void } from '../diffData.js';
import type { Baseline } from '../document.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import { sourceId } from '../source.js';
import type { Basis } from './basis.js';
import { changedNumbers, changedStates, type Candidate, type Compared } from './candidate.js';
import { isNumber, numberOf, totalsOf } from './measure.js';
import { isOfOneDatabase, pairingOf, type Pairing } from './pairing.js';
import { changedPresence } from './presence.js';
import { voidsOf, voidTold } from './voids.js';

/** The two baselines as everything looks at them. */
export interface Sides {
  readonly before: Baseline;
  readonly after: Baseline;
  readonly from: Slim;
  readonly to: Slim;
  readonly basis: Basis;
  /** Sources whose statistics were thrown out in between. */
  readonly lost: ReadonlySet<string>;
}

/** What the metrics of one source say. */
export interface SourceAnswer {
  readonly pairing: Pairing | null;
  readonly candidates: readonly Candidate[];
  readonly voids: readonly Void[];
}

/** Compares the rows of one source by all of its metrics. */
export function compareSource(metrics: readonly Metric[], sides: Sides): SourceAnswer {
  const { from, to, basis } = sides;
  const [metric] = metrics;
  const joined = metric === undefined ? null : pairingOf(metric, from, to);
  if (metric === undefined || joined === null) {
    return { pairing: null, candidates: [], voids: metric === undefined ? [] : missing(metric, sides) };
  }
  const evicted = evictedWhole(metric, sides);
  const pairing = { ...joined, isWhole: joined.isWhole && evicted === null && !isCut(metric, sides) };
  const priors = basis.pairing(metrics)?.pairs ?? [];
  const compared: Compared = {
    after: pairing,
    before: new Map(priors.map((pair) => [pair.row, pair])),
    total: { after: totalsOf(pairing.pairs), before: totalsOf(priors) },
  };
  return {
    pairing,
    candidates: metrics.flatMap((one) => candidatesOf(one, compared, sides)),
    voids: [...voidsOf(metrics, pairing), ...(evicted === null ? [] : [evicted])],
  };
}

function candidatesOf(metric: Metric, compared: Compared, { from, to, lost }: Sides): Candidate[] {
  if (metric.counted !== undefined && lost.has(metric.counted.id)) return [];
  const holds = (row: Row): boolean => isOf(metric, row);
  if (isNumber(metric)) return changedNumbers(metric, compared, holds);
  if (metric.value.kind === 'state') return changedStates(metric, compared, holds);
  return changedPresence(metric, { ...compared, from, to, holds });
}

function isOf({ where }: Metric, row: Row): boolean {
  if (where === undefined) return true;
  const value = row[where.column];
  return 'in' in where ? where.in.includes(value) : !where.notIn.includes(value);
}

/** Nothing is said of what neither has. */
function missing(metric: Metric, { from, to }: Sides): Void[] {
  const id = sourceId(metric.source);
  const has = [from, to].map(({ samples }) => samples[id]);
  const rows = (has[0] ?? has[1])?.rows.length ?? 0;
  if (has[0] === undefined && has[1] === undefined) return [];
  if (has[0] === undefined || has[1] === undefined) return [voidTold(metric, 'not_in_both', rows)];
  return isOfOneDatabase(metric) ? [voidTold(metric, 'other_database', rows)] : [];
}

/** Whether one of the two holds a part of the rows only, as a printed baseline does. */
function isCut({ group, source }: Metric, { before, after }: Sides): boolean {
  return [before, after].some((baseline) => {
    if (source.kind === 'analysis') {
      const cuts = (baseline as { truncated?: Readonly<Record<string, unknown>> | null }).truncated;
      return cuts?.[`${source.analysis}.${source.list}`] !== undefined;
    }
    const views = baseline.sections[group]?.views ?? {};
    const sections = source.kind === 'view' ? [source.section] : source.from;
    return sections.some(({ id }) => (views[id]?.truncated ?? null) !== null);
  });
}

/**
 * Why nobody can tell which statements are new or gone, of pg_stat_statements alone: entries were thrown out to make
 * room, or all of them by a reset.
 */
function evictedWhole(metric: Metric, { before, after, from, to }: Sides): Void | null {
  const id = pgStatStatements.id;
  if (sourceId(metric.source) !== id) return null;
  const rows = to.samples[id]?.rows.length ?? 0;
  if (from.samples[id]?.stats_reset !== to.samples[id]?.stats_reset) {
    return voidTold(
      metric,
      'reset',
      rows,
      'pg_stat_statements was reset: which statements are new or gone cannot be told',
    );
  }
  const [was, is] = [before, after].map(deallocOf);
  if (was === null || was === undefined || is === null || is === undefined || is <= was) return null;
  return voidTold(
    metric,
    'evicted',
    rows,
    `pg_stat_statements threw entries out ${String(is - was)} times to make room: which statements are new or gone cannot be told, and what was thrown out and came back began anew; raise pg_stat_statements.max`,
  );
}

function deallocOf({ sections }: Baseline): number | null {
  const found = sections.queries;
  const id = pgStatStatementsInfo.id;
  return numberOf((found?.sample2?.[id] ?? found?.sample1[id])?.rows[0]?.['dealloc']);
}
