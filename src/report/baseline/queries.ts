import type { Baseline } from '../../baseline/document.js';
import { numberIn, textIn, type Stored } from './field.js';
import { viewRows } from './view.js';

/** A statement that took much of the time. */
export interface ReportQuery {
  readonly queryid: string | null;
  readonly database: string | null;
  readonly user: string | null;
  /** Null where the server did not tell it. */
  readonly text: string | null;
  readonly totalMs: number;
  /** Of the time of all statements, 0 to 1. */
  readonly share: number;
  readonly calls: number;
  /** Null when it was not called. */
  readonly meanMs: number | null;
}

/** The statements that took the most time. */
export interface QueryRanking {
  /**
   * What the figures are of: the time between the two baselines, or between the two samples of one; or all since the
   * statistics were last reset.
   */
  readonly of: 'between' | 'samples' | 'since_reset';
  /** Milliseconds of that time; null where it is not known. */
  readonly spanMs: number | null;
  readonly since: string | null;
  readonly top: readonly ReportQuery[];
  readonly statements: number;
  /** Statements whose figures could not be compared, and are left out. */
  readonly leftOut: number;
}

/** Rates of pg_stat_statements, as inspect computes them between two samples. */
export interface QueryRates {
  readonly of: 'between' | 'samples';
  readonly intervalMs: number | null;
  readonly rows: readonly Stored[];
}

const TOP_QUERIES = 10;

/**
 * The statements that took the most time: by the rates between two samples where there are any, else by what they
 * counted since the last reset. Null where the baseline has not seen pg_stat_statements. Pure.
 */
export function rankingOf(after: Baseline, rates: QueryRates | null): QueryRanking | null {
  const rows = viewRows(after, 'queries', 'pg_stat_statements');
  if (rows === null) return null;
  const spanMs = rates?.intervalMs ?? null;
  const measured =
    rates === null || spanMs === null ? [] : rates.rows.flatMap((row) => grown(row, spanMs / 1000));
  if (rates !== null && measured.length > 0) {
    return ranked(rates.of, spanMs, null, measured, rates.rows.length - measured.length);
  }
  const since = after.sections.queries?.views['pg_stat_statements']?.stats_reset ?? null;
  const span = since === null ? null : Date.parse(after.collected_at) - Date.parse(since);
  return ranked('since_reset', span, since, rows.flatMap(counted), 0);
}

type Figures = Omit<ReportQuery, 'share'>;

function ranked(
  of: QueryRanking['of'],
  spanMs: number | null,
  since: string | null,
  all: readonly Figures[],
  leftOut: number,
): QueryRanking {
  const total = all.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const top = all
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.totalMs - a.totalMs)
    .slice(0, TOP_QUERIES)
    .map((query) => ({ ...query, share: total === 0 ? 0 : query.totalMs / total }));
  return { of, spanMs, since, top, statements: all.length, leftOut };
}

function grown(row: Stored, seconds: number): Figures[] {
  const [time, calls] = [numberIn(row, 'total_exec_time_ms_per_s'), numberIn(row, 'calls_per_s')];
  return time === null || calls === null ? [] : [figures(row, time * seconds, calls * seconds)];
}

function counted(row: Stored): Figures[] {
  const [time, calls] = [numberIn(row, 'total_exec_time_ms'), numberIn(row, 'calls')];
  return time === null || calls === null ? [] : [figures(row, time, calls)];
}

function figures(row: Stored, totalMs: number, calls: number): Figures {
  return {
    queryid: textIn(row, 'queryid'),
    database: textIn(row, 'datname'),
    user: textIn(row, 'usename'),
    text: textIn(row, 'query'),
    totalMs,
    calls: Math.round(calls),
    meanMs: calls > 0 ? totalMs / calls : null,
  };
}
