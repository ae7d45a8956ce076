import { until } from '../inspected.js';
import type { Major } from '../majors.js';
import { startServer, startStandby, type TestServer } from '../servers.js';
import { snapshotOf } from './judged.js';

/** What `inspect` says of a pair of servers in each of its scenes. */
export interface StandbySnapshots {
  readonly primary: string;
  /** The same once two standbys are asked for, of which one is there. */
  readonly lonely: string;
  readonly standby: string;
  readonly cut: string;
}

/**
 * A standby on which a query was cancelled for recovery, that then was paused and left behind, and in the end lost its
 * primary.
 */
export async function standbySnapshots(major: Major): Promise<StandbySnapshots> {
  const primary = await startServer({ major, settings: { archive_mode: 'on', archive_command: 'false' } });
  let standby: TestServer | undefined;
  try {
    standby = await startStandby(primary, { max_standby_streaming_delay: '0' });
    return await snapshots(primary, standby);
  } finally {
    await standby?.stop();
    await primary.stop();
  }
}

async function snapshots(primary: TestServer, standby: TestServer): Promise<StandbySnapshots> {
  await cancelQuery(primary, standby);
  await synchronous(primary, 'walreceiver', 'sync');
  await standby.query('SELECT pg_wal_replay_pause()');
  const paused =
    standby.major >= 14 ? "pg_get_wal_replay_pause_state() = 'paused'" : 'pg_is_wal_replay_paused()';
  await until(async () => (await standby.query(`SELECT 1 WHERE ${paused}`))[0]);
  await primary.query("SELECT pg_logical_emit_message(false, 'proof', repeat('x', 2000000))");
  await primary.query('CREATE TABLE public.after_pause (n int)');
  const behind = `SELECT 1 FROM pg_stat_replication WHERE flush_lsn - replay_lsn > 1000000`;
  await until(async () => (await primary.query(behind))[0]);
  const first = await snapshotOf(primary.dsn());
  await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 2 (walreceiver, other)'");
  await primary.query('SELECT pg_reload_conf()');
  await until(
    async () =>
      (await primary.query("SELECT 1 WHERE current_setting('synchronous_standby_names') LIKE 'FIRST%'"))[0],
  );
  const lonely = await snapshotOf(primary.dsn());
  const second = await snapshotOf(standby.dsn());
  await standby.query('SELECT pg_wal_replay_resume()');
  await primary.halt();
  await until(
    async () => (await standby.query('SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_wal_receiver)'))[0],
  );
  const cut = await snapshotOf(standby.dsn());
  await primary.start();
  return { primary: first, lonely, standby: second, cut };
}

/** The primary removes rows that a snapshot of the standby still shows. */
async function cancelQuery(primary: TestServer, standby: TestServer): Promise<void> {
  await primary.query('CREATE TABLE public.wanted AS SELECT generate_series(1, 1000) AS n');
  await until(
    async () => (await standby.query("SELECT 1 WHERE to_regclass('public.wanted') IS NOT NULL"))[0],
  );
  const reader = await standby.client();
  reader.on('error', () => undefined);
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await reader.query('SELECT count(*) FROM public.wanted');
  await primary.query('DELETE FROM public.wanted');
  await primary.query('VACUUM public.wanted');
  const cancelled =
    "SELECT 1 FROM pg_stat_database_conflicts WHERE datname = 'postgres' AND confl_snapshot > 0";
  await until(async () => (await standby.query(cancelled))[0]);
  await reader.end().catch(() => undefined);
}

async function synchronous(primary: TestServer, names: string, state: string): Promise<void> {
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
  await primary.query('SELECT pg_reload_conf()');
  await until(
    async () => (await primary.query(`SELECT 1 FROM pg_stat_replication WHERE sync_state = '${state}'`))[0],
  );
}
