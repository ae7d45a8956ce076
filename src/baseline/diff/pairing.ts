import { closedObject } from '../../core/schema.js';
import { key } from '../../inspect/column.js';
import { judgePairs, type JudgedPair, type Moment, type RowShape } from '../../inspect/delta.js';
import type { Row } from '../../inspect/section.js';
import type { Sample, VoidReason } from '../../inspect/snapshot.js';
import type { BaselineMoment } from '../document.js';
import type { Metric, Source } from '../metric.js';
import type { Slim } from '../slim.js';
import { keysOf, sourceId } from '../source.js';
import { isOtherCluster } from './otherCluster.js';
import { identityOf, keyOf } from './rowObject.js';

/** Why the counters of a row cannot be compared. */
export type NotComparable = VoidReason | 'other_cluster' | 'recreated';

/** A row of the later baseline beside that of the earlier one, if it had it. */
export interface Pair {
  readonly row: Row;
  readonly earlier: Row | undefined;
  /** Why its counters have no growth; null when they have. */
  readonly reason: NotComparable | null;
  /** Milliseconds between the two, by the server’s clock. */
  readonly elapsedMs: number | null;
}

/** The rows of one source in two baselines. */
export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Rows that only the earlier one has. */
  readonly gone: readonly Row[];
  /** Whether both were read, so that a row that is missing is not there. */
  readonly isWhole: boolean;
}

/**
 * Joins the rows of a source in two baselines; null where one of them does not have it, or where they were taken from
 * different databases. Rows are the same when their keys are; what was made anew under its old name (REINDEX
 * CONCURRENTLY, a restored database) is joined by that name, without its counters.
 */
export function pairingOf(metric: Metric, from: Slim, to: Slim): Pairing | null {
  const id = sourceId(metric.source);
  const first = from.samples[id];
  const second = to.samples[id];
  if (first === undefined || second === undefined) return null;
  if (isOfOneDatabase(metric) && from.database !== to.database) return null;
  const isWhole = first.sampled_at !== null && second.sampled_at !== null;
  if (isOtherCluster(from, to)) return { ...joinedByName(metric, first, second), isWhole };
  return { ...joinedByKey(metric, [first, from.moment], [second, to.moment]), isWhole };
}

/** Whether its rows are those of the connected database alone. */
export function isOfOneDatabase({ source, object }: Metric): boolean {
  return (source.kind === 'view' && source.section.scope === 'database') || object.database === 'connected';
}

type Joined = Omit<Pairing, 'isWhole'>;

function joinedByKey(
  metric: Metric,
  [first, before]: readonly [Sample, BaselineMoment],
  [second, after]: readonly [Sample, BaselineMoment],
): Joined {
  const { source } = metric;
  const judged = judgePairs(shapeOf(source), first, second, [
    momentOf(source, before),
    momentOf(source, after),
  ]);
  // By key, since several rows may look alike: the others of them are not gone.
  const there = new Set(second.rows.map((row) => keyOf(source, row)));
  const left = first.rows.filter((row) => !there.has(keyOf(source, row)));
  if (left.length === 0 || metric.object.type === 'query') return { pairs: judged, gone: left };
  return rejoined(metric, judged, left);
}

/** Rows whose key is new, and that have the name of one that is gone: each name once on either side. */
function rejoined(metric: Metric, judged: readonly JudgedPair[], left: readonly Row[]): Joined {
  const named = uniquelyNamed(metric, left);
  const fresh = uniquelyNamed(
    metric,
    judged.flatMap(({ row, earlier }) => (earlier === undefined ? [row] : [])),
  );
  const taken = new Set<Row>();
  const pairs = judged.map((pair): Pair => {
    const name = identityOf(metric, pair.row);
    const earlier = fresh.get(name) === pair.row ? named.get(name) : undefined;
    if (earlier === undefined) return pair;
    taken.add(earlier);
    return { ...pair, earlier, reason: 'recreated' };
  });
  return { pairs, gone: left.filter((row) => !taken.has(row)) };
}

/** Of another cluster: oids say nothing, counters are of another life, and statements have other identifiers. */
function joinedByName(metric: Metric, first: Sample, second: Sample): Joined {
  if (metric.object.type === 'query') return { pairs: [], gone: [] };
  const before = uniquelyNamed(metric, first.rows);
  const after = uniquelyNamed(metric, second.rows);
  return {
    pairs: [...after].map(([name, row]) => ({
      row,
      earlier: before.get(name),
      reason: 'other_cluster',
      elapsedMs: null,
    })),
    gone: [...before].filter(([name]) => !after.has(name)).map(([, row]) => row),
  };
}

function uniquelyNamed(metric: Metric, rows: readonly Row[]): ReadonlyMap<string, Row> {
  const named = new Map<string, Row | null>();
  for (const row of rows) {
    const name = identityOf(metric, row);
    named.set(name, named.has(name) ? null : row);
  }
  return new Map([...named].flatMap(([name, row]) => (row === null ? [] : [[name, row] as const])));
}

function shapeOf(source: Source): RowShape {
  if (source.kind === 'view') return source.section;
  if (source.kind === 'derived') return { scope: 'cluster', row: source.row, ...resetOf(source.resetAt) };
  const keys = keysOf(source).map((name) => [name, key(name)] as const);
  return { scope: 'cluster', row: closedObject(Object.fromEntries(keys)) };
}

function resetOf(resetAt: string | undefined): Pick<RowShape, 'resetAt'> {
  return resetAt === undefined ? {} : { resetAt };
}

function momentOf(source: Source, moment: BaselineMoment): Moment {
  const extension = source.kind === 'view' ? source.section.versionedBy?.extension : undefined;
  return {
    startedAt: moment.started_at,
    systemIdentifier: moment.system_identifier,
    timeline: moment.timeline,
    inRecovery: moment.in_recovery,
    extensionVersion: extension === undefined ? null : (moment.extensions[extension] ?? null),
  };
}
