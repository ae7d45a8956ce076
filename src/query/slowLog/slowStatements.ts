import type { Row } from '../../inspect/section.js';
import { shownText } from '../queryText.js';
import { numbersOf, ratioOf, sumOfKnown, tempBytesOf } from '../top/statementNumbers.js';
import { entryKey } from '../top/statementTexts.js';
import { UNKNOWN, type SlowStatement } from './slowLogData.js';

/** An entry of pg_stat_statements that is over the threshold. */
export interface SlowEntry {
  readonly row: Row;
  readonly over: 'mean' | 'max';
  readonly durationMs: number;
}

/** Entries whose mean or longest execution is over the threshold: those that are slow as a rule first, slowest first. */
export function slowEntries(rows: readonly Row[], thresholdMs: number): SlowEntry[] {
  const found = rows.flatMap((row): SlowEntry[] => {
    if (row['calls'] === 0) return [];
    const [mean, max] = [Number(row['mean_exec_time_ms'] ?? 0), Number(row['max_exec_time_ms'] ?? 0)];
    if (mean >= thresholdMs) return [{ row, over: 'mean', durationMs: mean }];
    return max >= thresholdMs ? [{ row, over: 'max', durationMs: max }] : [];
  });
  const place = ({ over }: SlowEntry): number => (over === 'mean' ? 0 : 1);
  return found.sort((a, b) => place(a) - place(b) || b.durationMs - a.durationMs);
}

/** Milliseconds that all entries took executing: what a share is a share of. */
export function allTimeMs(rows: readonly Row[]): number | null {
  return sumOfKnown(rows.map((row) => row['total_exec_time_ms'] as number | null));
}

/** A row of the answer. @param texts by entryKey() */
export function slowStatement(
  { row, over, durationMs }: SlowEntry,
  texts: ReadonlyMap<string, string>,
  fullText: boolean,
  totalMs: number | null,
): SlowStatement {
  const numbers = numbersOf([row], false);
  const text = texts.get(entryKey(row));
  const hidden = row['visible'] === true ? 'not_recorded' : 'no_privilege';
  return {
    ...UNKNOWN,
    source: 'statements',
    over,
    ...sinceOf(row),
    queryid: row['queryid'] as string | null,
    ...(text === undefined ? { query_state: hidden } : shownText(text, fullText)),
    database: row['datname'] as string | null,
    user: row['usename'] as string | null,
    duration_ms: durationMs,
    calls: numbers.calls,
    total_time_ms: numbers.exec_time_ms,
    mean_time_ms: row['mean_exec_time_ms'] as number | null,
    max_time_ms: numbers.max_time_ms,
    rows: numbers.rows,
    share_ratio: ratioOf(numbers.exec_time_ms, totalMs),
    shared_hit_bytes: numbers.shared_hit_bytes,
    shared_read_bytes: numbers.shared_read_bytes,
    temp_bytes: tempBytesOf(numbers),
    wal_bytes: numbers.wal_bytes,
  };
}

/** 1.11 keeps when each maximum began; before, it is known at best when all entries were reset. */
function sinceOf(row: Row): Pick<SlowStatement, 'since' | 'since_from'> {
  const [exact, atLeast] = [row['minmax_stats_since'], row['stats_reset']] as (string | null)[];
  if (typeof exact === 'string') return { since: exact, since_from: 'minmax_stats_since' };
  return typeof atLeast === 'string'
    ? { since: atLeast, since_from: 'stats_reset' }
    : { since: null, since_from: null };
}
