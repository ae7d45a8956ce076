import type { ColumnKind } from './column.js';
import { shownRow, type Row, type Section } from './section.js';
import type { Computed, Sample, VoidReason } from './snapshot.js';

/** What may have happened to the server between two samples, as one look at it each time tells. */
export interface Moment {
  /** When the postmaster started. */
  readonly startedAt: string;
  readonly systemIdentifier: string | null;
  readonly timeline: number | null;
  readonly inRecovery: boolean;
  /** Version of the extension that the section is versioned by. */
  readonly extensionVersion: string | null;
}

interface ColumnNames {
  readonly keys: readonly string[];
  readonly counters: readonly string[];
  readonly others: readonly string[];
}

/**
 * The rates per second between two samples of a section, by the annotations of its columns alone: counters become
 * `<name>_per_s`, keys join the rows, everything else is the second sample's. A rate is null where a reset, a restart,
 * a failover or an extension upgrade in between makes the difference meaningless, where the row was not in the first
 * sample or is not told apart from others, and where a counter went down; `void` says which and how often.
 * @param elapsedByDatabase milliseconds between the two reads of a database, where databases were read in turn
 */
export function computeRates(
  section: Section,
  first: Sample,
  second: Sample,
  moments: readonly [Moment, Moment],
  elapsedByDatabase: ReadonlyMap<string, number | null> = new Map(),
): Computed {
  const columns = columnsOf(section);
  const judged = judgePairs(section, first, second, moments, elapsedByDatabase);
  const voided = new Map<VoidReason, number>();
  const rows = judged.map(({ row, earlier, reason, elapsedMs }) => {
    if (reason !== null && columns.counters.length > 0) voided.set(reason, (voided.get(reason) ?? 0) + 1);
    return rateRow(row, earlier, columns, reason === null ? elapsedMs : null);
  });
  return {
    interval_ms: elapsedBetween(first.sampled_at, second.sampled_at),
    databases: [...elapsedByDatabase].map(([database, interval_ms]) => ({ database, interval_ms })),
    rows,
    void: [...voided].map(([reason, count]) => ({ reason, rows: count, message: voidMessage(reason) })),
  };
}

/** A row of the second sample whose counters hold what they grew by, and why they are null, if they are. */
export interface GrownRow {
  readonly row: Row;
  readonly reason: VoidReason | null;
}

/**
 * What the counters of each row grew by between two samples, under their own names; everything else is the second
 * sample's. They are null where {@link computeRates} has no rate, but for one case: a row that the complete first
 * sample did not have (`not_sampled`) counted all it holds since then, unless `isWhole` doubts it.
 * @param isWhole whether such a row is sure to be one of its own
 */
export function computeGrowth(
  section: Section,
  first: Sample,
  second: Sample,
  moments: readonly [Moment, Moment],
  isWhole: (row: Row) => boolean,
): GrownRow[] {
  const columns = columnsOf(section);
  return judgePairs(section, first, second, moments).map(({ row, earlier, reason }) => {
    if (reason === 'not_sampled' && earlier === undefined && isWhole(row)) return { row, reason };
    const counters = columns.counters.map(
      (name) => [name, reason === null ? difference(earlier?.[name], row[name]) : null] as const,
    );
    return { row: { ...row, ...Object.fromEntries(counters) }, reason };
  });
}

/** What must be known of rows to join and judge them. */
export type RowShape = Pick<Section, 'scope' | 'row' | 'resetAt' | 'bornAt' | 'sums'>;

/** A row of the second sample beside that of the first, and why the two cannot be compared, if so. */
export interface JudgedPair {
  readonly row: Row;
  readonly earlier: Row | undefined;
  readonly reason: VoidReason | null;
  readonly elapsedMs: number | null;
}

/** The rows of the second sample in their order, each beside its row of the first. */
export function judgePairs(
  section: RowShape,
  first: Sample,
  second: Sample,
  moments: readonly [Moment, Moment],
  elapsedByDatabase: ReadonlyMap<string, number | null> = new Map(),
): JudgedPair[] {
  const columns = columnsOf(section);
  const intervalMs = elapsedBetween(first.sampled_at, second.sampled_at);
  const everything = eventBetween(...moments);
  const before = groupedByKey(first.rows, columns);
  const after = groupedByKey(second.rows, columns);
  const pairs = second.rows.map((row) => {
    const key = keyOf(row, columns);
    const earlier = before.get(key)?.[0];
    const ambiguous = (before.get(key)?.length ?? 0) > 1 || (after.get(key)?.length ?? 0) > 1;
    const elapsedMs = elapsedByDatabase.get(row['database'] as string) ?? intervalMs;
    const event: VoidReason | null = ambiguous
      ? 'ambiguous_key'
      : rowEvent(section, earlier, row, columns, elapsedMs);
    return { row, earlier, event, elapsedMs };
  });
  // Where nothing tells when counters were reset, one that went down may mean that all of them were.
  const unexplained = pairs.some(({ row, event }) => event === 'negative' && !tellsReset(section, row));
  return pairs.map(({ row, earlier, event, elapsedMs }) => ({
    row,
    earlier,
    elapsedMs,
    reason: everything ?? event ?? (unexplained ? 'negative' : null),
  }));
}

/** Why numbers between two samples are null, for people. */
export function voidMessage(reason: VoidReason): string {
  return MESSAGES[reason];
}

const MESSAGES: Readonly<Record<VoidReason, string>> = {
  reset: 'the statistics were reset between the samples',
  restarted: 'the server was restarted between the samples',
  failover: 'another server, timeline or role answered the second time',
  extension_upgraded: 'the extension was changed to another version between the samples',
  negative: 'a counter went down although no reset was recorded',
  ambiguous_key: 'several rows look alike, because what tells them apart is hidden from this role',
  not_sampled: 'the row is not in the first sample',
};

/** What tells a row of the section apart from the others, as one text. */
export function rowKey(section: RowShape): (row: Row) => string {
  const columns = columnsOf(section);
  return (row) => keyOf(row, columns);
}

function columnsOf(section: RowShape): ColumnNames {
  const kinds = Object.entries(shownRow(section).properties).map(
    ([name, schema]) => [name, (schema as { 'x-kind': ColumnKind })['x-kind']] as const,
  );
  const named = (test: (kind: ColumnKind) => boolean): string[] =>
    kinds.filter(([, kind]) => test(kind)).map(([name]) => name);
  return {
    keys: named((kind) => kind === 'key'),
    counters: named((kind) => kind === 'counter'),
    others: named((kind) => kind !== 'counter'),
  };
}

function groupedByKey(rows: readonly Row[], columns: ColumnNames): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row, columns);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function keyOf(row: Row, { keys }: ColumnNames): string {
  return JSON.stringify(keys.map((name) => row[name]));
}

function tellsReset({ resetAt }: RowShape, row: Row): boolean {
  return resetAt !== undefined && row[resetAt] !== null;
}

/** What happened to the whole server between the samples; null when the same one ran on. */
function eventBetween(first: Moment, second: Moment): VoidReason | null {
  if (
    first.systemIdentifier !== second.systemIdentifier ||
    first.timeline !== second.timeline ||
    first.inRecovery !== second.inRecovery
  ) {
    return 'failover';
  }
  if (first.startedAt !== second.startedAt) return 'restarted';
  return first.extensionVersion === second.extensionVersion ? null : 'extension_upgraded';
}

function rowEvent(
  section: RowShape,
  earlier: Row | undefined,
  row: Row,
  { counters }: ColumnNames,
  intervalMs: number | null,
): VoidReason | null {
  if (earlier === undefined || intervalMs === null || intervalMs <= 0) return 'not_sampled';
  const began = [section.resetAt, section.bornAt].filter((name) => name !== undefined);
  if (began.some((name) => earlier[name] !== row[name])) return 'reset';
  const fell = counters.filter((name) => isLess(row[name], earlier[name]));
  return fell.every((name) => section.sums?.includes(name)) ? null : 'negative';
}

function rateRow(row: Row, earlier: Row | undefined, columns: ColumnNames, intervalMs: number | null): Row {
  const rates = columns.counters.map((name) => {
    const grown = difference(earlier?.[name], row[name]);
    return [
      `${name}_per_s`,
      grown === null || intervalMs === null ? null : (grown * 1000) / intervalMs,
    ] as const;
  });
  return Object.fromEntries([...columns.others.map((name) => [name, row[name] ?? null] as const), ...rates]);
}

/**
 * b − a of two counters; null when either is unknown, or when it fell. Taken before a wide counter is made a JSON number.
 */
export function difference(a: unknown, b: unknown): number | null {
  if (isLess(b, a)) return null;
  if (typeof a === 'number' && typeof b === 'number') return b - a;
  return isCounter(a) && isCounter(b) ? Number(BigInt(b) - BigInt(a)) : null;
}

function isLess(a: unknown, b: unknown): boolean {
  return isNumber(a) && isNumber(b) && a < b;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isCounter(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** Milliseconds between two ISO 8601 times; null when one is not known. */
export function elapsedBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}
