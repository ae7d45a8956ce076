import type { Row } from '../../inspect/section.js';
import { LEAST_OBSERVED_S, type Evidence } from '../evidence.js';
import { greatestKnown, numberIn, ratioOf, rowsOf, secondsSince, sumOf, type Readings } from './readings.js';

type DatabaseEvidence = Pick<
  Evidence,
  | 'databases_observed_s'
  | 'database_bytes'
  | 'database_access_ratio'
  | 'block_read_bytes'
  | 'cache_hit_ratio'
  | 'temp_files'
  | 'temp_bytes'
  | 'temp_files_per_hour'
  | 'temp_bytes_per_hour'
  | 'deadlocks'
  | 'connections_average'
> & { readonly active_average: number | null };

/** What pg_stat_database tells of all databases, and what share of it is the connected one's. */
export function databaseEvidence(readings: Readings, database: string): DatabaseEvidence {
  const rows = rowsOf(readings, 'pg_stat_database');
  const observed = (rows ?? []).map((row) => ({ row, seconds: observedSeconds(readings, row) }));
  const own = rows?.find(({ datname }) => datname === database);
  const catalog = rowsOf(readings, 'pg_database')?.find(({ datname }) => datname === database);
  return {
    databases_observed_s: observed.find(({ row }) => row === own)?.seconds ?? null,
    database_bytes: numberIn(catalog ?? null, 'size_bytes'),
    database_access_ratio: ratioOf(accessedBytes(own === undefined ? null : [own]), accessedBytes(rows)),
    block_read_bytes: sumOf(rows, 'read_bytes'),
    cache_hit_ratio: ratioOf(sumOf(rows, 'hit_bytes'), accessedBytes(rows)),
    temp_files: sumOf(rows, 'temp_files'),
    temp_bytes: sumOf(rows, 'temp_bytes'),
    temp_files_per_hour: perSecond(observed, 'temp_files', 3600),
    temp_bytes_per_hour: perSecond(observed, 'temp_bytes', 3600),
    deadlocks: sumOf(rows, 'deadlocks'),
    connections_average: perSecond(observed, 'session_time_ms', 0.001),
    active_average: perSecond(observed, 'active_time_ms', 0.001),
  };
}

function accessedBytes(rows: readonly Row[] | null): number | null {
  const [hit, read] = [sumOf(rows, 'hit_bytes'), sumOf(rows, 'read_bytes')];
  return hit === null || read === null ? null : hit + read;
}

interface Observed {
  readonly row: Row;
  readonly seconds: number | null;
}

/**
 * Seconds that a database's counters cover. From 15 on stats_reset stays null until somebody resets them: they then began
 * with the cluster or its last crash, as those of the background writer, the checkpointer and WAL did.
 */
function observedSeconds(readings: Readings, row: Row): number | null {
  const own = secondsSince(readings, row, 'stats_reset');
  if (own !== null || readings.major < 15) return own;
  const others = ['pg_stat_bgwriter', 'pg_stat_checkpointer', 'pg_stat_wal'].map((id) =>
    secondsSince(readings, rowsOf(readings, id)?.[0] ?? null, 'stats_reset'),
  );
  return greatestKnown(...others);
}

/**
 * Each database’s counter over its own seconds, added up, times `factor`. Ten minutes at least are taken for each, so that
 * one that was reset just now does not make a rate of its first query.
 */
function perSecond(databases: readonly Observed[], column: string, factor: number): number | null {
  const rates = databases.map(({ row, seconds }) => {
    const count = numberIn(row, column);
    return count === null || seconds === null ? null : count / Math.max(seconds, LEAST_OBSERVED_S);
  });
  const known = rates.filter((rate) => rate !== null);
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0) * factor;
}
