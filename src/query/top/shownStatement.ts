import { fingerprintOf } from '../fingerprint.js';
import { shownText } from '../queryText.js';
import type { StatementGroup } from './grouping.js';
import {
  ioBytesOf,
  ioTimeOf,
  meanTimeOf,
  ratioOf,
  tempBytesOf,
  totalTimeOf,
  type StatementNumbers,
} from './statementNumbers.js';
import { entryKey } from './statementTexts.js';
import type { TopStatement } from './topData.js';

interface ShownContext {
  /** By entryKey(). */
  readonly texts: ReadonlyMap<string, string>;
  readonly fullText: boolean;
  /** Milliseconds of everything that is compared. */
  readonly totalTimeMs: number | null;
  /** Milliseconds between two samples; null for numbers since the reset. */
  readonly intervalMs: number | null;
}

/** A row of `query top`. */
export function shownStatement(group: StatementGroup, context: ShownContext): TopStatement {
  const { numbers } = group;
  return {
    ...identityOf(group, context),
    total_time_ms: totalTimeOf(numbers),
    mean_time_ms: meanTimeOf(numbers),
    ...numbers,
    rows_per_call: ratioOf(numbers.rows, numbers.calls),
    share_ratio: ratioOf(totalTimeOf(numbers), context.totalTimeMs),
    hit_ratio: hitRatioOf(numbers),
    temp_bytes: tempBytesOf(numbers),
    io_bytes: ioBytesOf(numbers),
    io_time_ms: ioTimeOf(numbers),
    ...ageOf(group),
    ...ratesOf(group, context.intervalMs),
  };
}

function identityOf({ entries }: StatementGroup, { texts, fullText }: ShownContext) {
  const rows = entries.map(({ row }) => row);
  const distinct = (column: string): string[] => [
    ...new Set(rows.map((row) => row[column]).filter((value) => typeof value === 'string')),
  ];
  const only = (column: string): unknown => {
    const values = new Set(rows.map((row) => row[column]));
    return values.size === 1 ? [...values][0] : null;
  };
  const visible = rows.every((row) => row['queryid'] !== null);
  const text = rows.map((row) => texts.get(entryKey(row))).find((found) => found !== undefined);
  const shown =
    text === undefined
      ? ({ query: null, query_state: visible ? 'not_recorded' : 'no_privilege' } as const)
      : shownText(text, fullText);
  return {
    queryid: (rows[0]?.['queryid'] ?? null) as string | null,
    fingerprint: text === undefined ? null : fingerprintOf(text),
    ...shown,
    database: only('datname') as string | null,
    user: only('usename') as string | null,
    databases: distinct('datname'),
    users: distinct('usename'),
    queryids: distinct('queryid'),
    entries: rows.length,
    toplevel: only('toplevel') as boolean | null,
    visible,
  };
}

function hitRatioOf({ shared_hit_bytes: hit, shared_read_bytes: read }: StatementNumbers): number | null {
  return ratioOf(hit, hit === null || read === null ? null : hit + read);
}

function ageOf({ entries }: StatementGroup): Pick<TopStatement, 'stats_since' | 'minmax_stats_since'> {
  const youngest = (column: string): string | null =>
    entries.map(({ row }) => row[column] as string | null).reduce(later, null);
  return { stats_since: youngest('stats_since'), minmax_stats_since: youngest('minmax_stats_since') };
}

function later(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}

type Rates = Pick<TopStatement, 'change' | 'calls_per_s' | 'time_ms_per_s' | 'rows_per_s'>;

function ratesOf({ entries, numbers }: StatementGroup, intervalMs: number | null): Rates {
  if (intervalMs === null) return { change: null, calls_per_s: null, time_ms_per_s: null, rows_per_s: null };
  const perSecond = (grown: number | null): number | null => ratioOf(grown, intervalMs / 1000);
  return {
    change: changeOf(entries),
    calls_per_s: perSecond(numbers.calls),
    time_ms_per_s: perSecond(totalTimeOf(numbers)),
    rows_per_s: perSecond(numbers.rows),
  };
}

function changeOf(entries: StatementGroup['entries']): NonNullable<TopStatement['change']> {
  const told = entries.filter(({ row }) => row['calls'] !== null);
  if (told.length === 0) return 'void';
  if (told.length < entries.length) return 'partly_void';
  return told.every(({ reason }) => reason === 'not_sampled') ? 'new' : 'grown';
}
