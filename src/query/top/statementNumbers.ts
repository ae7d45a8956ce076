import type { Row } from '../../inspect/section.js';

type Value = number | null;

/** Counters that are shown as they are, or added up: the names they have in section pg_stat_statements. */
const SUMMED = [
  'shared_hit_bytes',
  'shared_read_bytes',
  'shared_dirtied_bytes',
  'shared_written_bytes',
  'local_hit_bytes',
  'local_read_bytes',
  'local_dirtied_bytes',
  'local_written_bytes',
  'temp_read_bytes',
  'temp_written_bytes',
  'shared_read_time_ms',
  'shared_write_time_ms',
  'local_read_time_ms',
  'local_write_time_ms',
  'temp_read_time_ms',
  'temp_write_time_ms',
  'wal_records',
  'wal_fpi',
  'wal_bytes',
  'wal_buffers_full',
  'jit_functions',
  'parallel_workers_to_launch',
  'parallel_workers_launched',
] as const;

const JIT_TIMES = [
  'jit_generation_time_ms',
  'jit_inlining_time_ms',
  'jit_optimization_time_ms',
  'jit_emission_time_ms',
] as const;

/** What one statement cost, of one entry of pg_stat_statements or of several together. */
export interface StatementNumbers extends Readonly<Record<(typeof SUMMED)[number], Value>> {
  readonly calls: Value;
  readonly rows: Value;
  readonly plans: Value;
  readonly exec_time_ms: Value;
  readonly plan_time_ms: Value;
  readonly min_time_ms: Value;
  readonly max_time_ms: Value;
  readonly max_plan_time_ms: Value;
  readonly jit_time_ms: Value;
}

function numberOf(row: Row, column: string): Value {
  const value = row[column];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** Adds what is known; null where no part is known, so that unknown never counts as 0. */
export function sumOfKnown(values: readonly Value[]): Value {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** As {@link sumOfKnown}, of a column; there may be thousands of entries with dozens of columns. */
function sumOver(entries: readonly Row[], column: string): Value {
  let total: Value = null;
  for (const row of entries) {
    const value = numberOf(row, column);
    if (value !== null) total = (total ?? 0) + value;
  }
  return total;
}

function extreme(values: readonly Value[], pick: (...numbers: number[]) => number): Value {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : pick(...known);
}

/**
 * The numbers of one statement from its entries.
 * @param isInterval whether the counters are what they grew by in an interval: the entries' shortest and longest
 * executions are of another time then, and null
 */
export function numbersOf(entries: readonly Row[], isInterval: boolean): StatementNumbers {
  const sum = (column: string): Value => sumOver(entries, column);
  // An entry that was planned but never executed has minima and maxima of 0 that nothing measured.
  const measured = entries.filter((row) => numberOf(row, 'calls') !== 0);
  const reached = (column: string, pick: (...numbers: number[]) => number): Value =>
    isInterval
      ? null
      : extreme(
          measured.map((row) => numberOf(row, column)),
          pick,
        );
  const summed: Partial<Record<(typeof SUMMED)[number], Value>> = {};
  for (const name of SUMMED) summed[name] = sum(name);
  return {
    calls: sum('calls'),
    rows: sum('rows'),
    plans: sum('plans'),
    exec_time_ms: sum('total_exec_time_ms'),
    plan_time_ms: sum('total_plan_time_ms'),
    min_time_ms: reached('min_exec_time_ms', Math.min),
    max_time_ms: reached('max_exec_time_ms', Math.max),
    max_plan_time_ms: isInterval
      ? null
      : extreme(
          entries.map((row) => numberOf(row, 'max_plan_time_ms')),
          Math.max,
        ),
    // Deforming is part of generating: pg_stat_statements counts it in both.
    jit_time_ms: sumOfKnown(JIT_TIMES.map(sum)),
    ...(summed as Record<(typeof SUMMED)[number], Value>),
  };
}

/** Execution, and planning where it is tracked. */
export function totalTimeOf({ exec_time_ms, plan_time_ms }: StatementNumbers): Value {
  return exec_time_ms === null ? null : exec_time_ms + (plan_time_ms ?? 0);
}

/** Milliseconds of one call on average; null where there was none. */
export function meanTimeOf(numbers: StatementNumbers): Value {
  return ratioOf(totalTimeOf(numbers), numbers.calls);
}

/** a / b; null when either is unknown or b is 0. */
export function ratioOf(a: Value, b: Value): Value {
  return a === null || b === null || b === 0 ? null : a / b;
}

/** Blocks that were not found in a buffer, read or written, whatever file they are of. */
export function ioBytesOf(numbers: StatementNumbers): Value {
  return sumOfKnown([
    numbers.shared_read_bytes,
    numbers.shared_written_bytes,
    numbers.local_read_bytes,
    numbers.local_written_bytes,
    tempBytesOf(numbers),
  ]);
}

export function tempBytesOf({ temp_read_bytes, temp_written_bytes }: StatementNumbers): Value {
  return sumOfKnown([temp_read_bytes, temp_written_bytes]);
}

/** Milliseconds spent reading and writing blocks, as far as they were timed. */
export function ioTimeOf(numbers: StatementNumbers): Value {
  return sumOfKnown([
    numbers.shared_read_time_ms,
    numbers.shared_write_time_ms,
    numbers.local_read_time_ms,
    numbers.local_write_time_ms,
    numbers.temp_read_time_ms,
    numbers.temp_write_time_ms,
  ]);
}
