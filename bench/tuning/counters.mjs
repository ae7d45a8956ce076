// The counters that configurations are judged by, and where PostgreSQL keeps them.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Cumulative statistics, by the versions that have them. `written` counts blocks of tables and indexes that any process
 * handed to the operating system.
 */
const READINGS = [
  {
    from: 14,
    sql: /* sql */ `SELECT w.wal_bytes, w.wal_fpi FROM pg_catalog.pg_stat_wal AS w`,
  },
  {
    from: 14,
    sql: /* sql */ `
      SELECT d.blks_read AS read, d.blks_hit AS hit, d.temp_files, d.temp_bytes
        FROM pg_catalog.pg_stat_database AS d WHERE d.datname = 'bench'`,
  },
  {
    from: 14,
    to: 16,
    sql: /* sql */ `SELECT b.checkpoints_req AS requested FROM pg_catalog.pg_stat_bgwriter AS b`,
  },
  {
    from: 17,
    sql: /* sql */ `SELECT c.num_requested AS requested FROM pg_catalog.pg_stat_checkpointer AS c`,
  },
  {
    from: 16,
    to: 17,
    sql: /* sql */ `
      SELECT pg_catalog.sum(i.writes) AS written FROM pg_catalog.pg_stat_io AS i WHERE i.object = 'relation'`,
  },
  {
    from: 18,
    sql: /* sql */ `
      SELECT pg_catalog.sum(i.write_bytes) / pg_catalog.current_setting('block_size')::int8 AS written
        FROM pg_catalog.pg_stat_io AS i WHERE i.object = 'relation'`,
  },
];

/** The checkpoint that ends a run, so that each configuration writes all that it changed. */
const CLOSING_CHECKPOINTS = 1;

/** What is judged. `of` makes a counter from the growth of the statistics over a run and its transactions. */
export const COUNTERS = [
  {
    name: 'wal_bytes_per_transaction',
    unit: 'bytes',
    better: 'less',
    of: (grown, transactions) => grown.wal_bytes / transactions,
  },
  { name: 'full_page_images', unit: 'images', better: 'less', of: ({ wal_fpi: images }) => images },
  {
    name: 'requested_checkpoints',
    unit: 'checkpoints',
    better: 'less',
    of: ({ requested }) => requested - CLOSING_CHECKPOINTS,
  },
  { name: 'temp_files', unit: 'files', better: 'less', of: ({ temp_files: files }) => files },
  { name: 'temp_bytes', unit: 'bytes', better: 'less', of: ({ temp_bytes: bytes }) => bytes },
  { name: 'hit_ratio', unit: 'ratio', better: 'more', of: ({ hit, read }) => hit / (hit + read) },
  { name: 'blocks_read', unit: 'blocks', better: 'less', of: ({ read }) => read },
  { name: 'blocks_written', unit: 'blocks', better: 'less', from: 16, of: ({ written }) => written },
];

/** Longer than the half second for which PostgreSQL 14 may answer with what it knew before. */
const PAUSE_MS = 700;
const MOST_READINGS = 15;

/**
 * The statistics once they have come to rest: a process adds what it counted when it ends or is idle, the checkpointer
 * after it has said that it is done. Taken when two readings in turn are the same, or after ten seconds as they are.
 * @param client of another database than `bench`, so that reading counts for nothing
 */
export async function settledStatistics(client, major) {
  let last = await statistics(client, major);
  for (let reading = 1; reading < MOST_READINGS; reading++) {
    await pause(PAUSE_MS);
    const next = await statistics(client, major);
    if (JSON.stringify(next) === JSON.stringify(last)) break;
    last = next;
  }
  return last;
}

async function statistics(client, major) {
  const found = {};
  for (const { from, to = Infinity, sql } of READINGS) {
    if (major < from || major > to) continue;
    const { rows } = await client.query(sql);
    for (const [name, value] of Object.entries(rows[0])) found[name] = Number(value);
  }
  return found;
}

/** The counters of one run: name → value. */
export function countersOf({ before, after, transactions, major }) {
  const grown = Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
  const known = COUNTERS.filter(({ from = 0 }) => major >= from);
  return Object.fromEntries(known.map(({ name, of }) => [name, of(grown, transactions)]));
}
