import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/servers.js';
import { plan, type Wanted } from './planned.js';

interface Case {
  readonly wanted: Wanted;
  /** The first and the last major that it is for. */
  readonly since?: number;
  readonly until?: number;
}

/** What a server is given that PostgreSQL takes and does not start with. */
interface Trap extends Case {
  /** Said by the error; the refusal is a boot_guard of exit 5. */
  readonly says: RegExp;
  /** Whether --force sets it all the same: pgdba cannot be sure. */
  readonly forcible?: true;
  /** SQL that makes the trap, and SQL that takes it away. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** The server starts, and nobody gets in. */
  readonly locksOut?: true;
}

const LOGICAL_SLOT = ["SELECT pg_create_logical_replication_slot('trap', 'test_decoding')"];
const PHYSICAL_SLOT = ["SELECT pg_create_physical_replication_slot('trap', true)"];
const DROP_SLOT = ["SELECT pg_drop_replication_slot('trap')"];
const MINIMAL = { wal_level: 'minimal', max_wal_senders: 0 };

const TRAPS: readonly Trap[] = [
  { wanted: { max_connections: 3 }, says: /max_connections \(3\) must be larger than/ },
  {
    wanted: { superuser_reserved_connections: 60 },
    says: /must be larger than superuser_reserved_connections/,
  },
  {
    wanted: { reserved_connections: 57 },
    says: /superuser_reserved_connections \+ reserved_connections \(60\)/,
    since: 16,
  },
  { wanted: { wal_level: 'minimal' }, says: /wal_level=minimal does not go with max_wal_senders=10/ },
  { wanted: { ...MINIMAL, archive_mode: 'on' }, says: /does not go with archive_mode=on/ },
  { wanted: { ...MINIMAL, summarize_wal: 'on' }, says: /does not go with summarize_wal=on/, since: 17 },
  {
    wanted: { wal_level: 'replica' },
    says: /there is 1 logical slot/,
    before: LOGICAL_SLOT,
    after: DROP_SLOT,
  },
  { wanted: MINIMAL, says: /there is 1 physical slot/, before: PHYSICAL_SLOT, after: DROP_SLOT },
  {
    wanted: { max_replication_slots: 0 },
    says: /must find room for 1 replication slot, and max_replication_slots would be 0/,
    before: PHYSICAL_SLOT,
    after: DROP_SLOT,
  },
  {
    wanted: { max_prepared_transactions: 0 },
    says: /must find room for 1 prepared transaction/,
    before: ['CREATE TABLE trap ()', "BEGIN; INSERT INTO trap DEFAULT VALUES; PREPARE TRANSACTION 'trap'"],
    after: ["ROLLBACK PREPARED 'trap'", 'DROP TABLE trap'],
  },
  { wanted: { min_wal_size: '16MB' }, says: /min_wal_size must be at least twice wal_segment_size \(32MB\)/ },
  { wanted: { max_wal_size: '16MB', min_wal_size: '32MB' }, says: /max_wal_size must be at least twice/ },
  { wanted: { recovery_target: 'immediate', recovery_target_name: 'x' }, says: /only one recovery target/ },
  { wanted: { shared_preload_libraries: 'nosuch' }, says: /no library "nosuch"/ },
  {
    wanted: { shared_preload_libraries: '"pg_stat_statements,auto_explain"' },
    says: /no library "pg_stat_statements,auto_explain"/,
  },
  { wanted: { shared_preload_libraries: '/nonexistent/lib.so' }, says: /cannot be told/, forcible: true },
  { wanted: { session_preload_libraries: 'nosuch' }, says: /nobody could connect/, locksOut: true },
  { wanted: { local_preload_libraries: 'auto_explain' }, says: /nobody could connect/, locksOut: true },
  { wanted: { dynamic_library_path: '/nonexistent' }, says: /would not hold \$libdir/, forcible: true },
  {
    wanted: { logging_collector: 'on', log_directory: '/nonexistent/log' },
    says: /whether the server can write/,
    forcible: true,
  },
  {
    wanted: { logging_collector: 'on', log_filename: 'nosuch/x.log' },
    says: /whether the server can write/,
    forcible: true,
  },
  { wanted: { max_files_per_process: 25 }, says: /too few may be left/, forcible: true, until: 12 },
  { wanted: { ssl: 'on' }, says: /ssl_cert_file \("server\.crt"\), which is not there/ },
  { wanted: { shared_buffers: '500GB' }, says: /it would not start/ },
  { wanted: { max_locks_per_transaction: 2_000_000_000 }, says: /it would not start/ },
  { wanted: { max_pred_locks_per_transaction: 2_000_000_000 }, says: /it would not start/ },
  { wanted: { huge_pages: 'on', shared_buffers: '8GB' }, says: /in huge pages/, forcible: true },
  { wanted: { hba_file: '/nonexistent' }, says: /only with --force: without that file/, forcible: true },
  { wanted: { listen_addresses: 'nosuch.invalid' }, says: /only with --force/, forcible: true },
  { wanted: { unix_socket_group: 'nosuchgroup' }, says: /only with --force/, forcible: true },
];

/** Relatives of the traps that are none: they are planned without a refusal, and the server starts. */
const DECOYS: readonly Case[] = [
  { wanted: { max_connections: 4, superuser_reserved_connections: 1 } },
  { wanted: { reserved_connections: 56 }, since: 16 },
  { wanted: MINIMAL },
  { wanted: { ...MINIMAL, summarize_wal: 'off' }, since: 17 },
  { wanted: { wal_level: 'replica' } },
  { wanted: { max_replication_slots: 0 } },
  { wanted: { max_prepared_transactions: 0 } },
  { wanted: { min_wal_size: '32MB', max_wal_size: '32MB' } },
  { wanted: { min_wal_size: '1GB', max_wal_size: '64MB' } },
  { wanted: { max_worker_processes: 0 } },
  { wanted: { shared_preload_libraries: 'pg_stat_statements,auto_explain' } },
  { wanted: { shared_preload_libraries: '$libdir/auto_explain' } },
  { wanted: { shared_preload_libraries: null } },
  { wanted: { session_preload_libraries: 'auto_explain' } },
  { wanted: { logging_collector: 'on' } },
  { wanted: { logging_collector: 'on', log_directory: 'pg_log' } },
  { wanted: { max_files_per_process: 500 } },
  { wanted: { ssl_ciphers: 'HIGH' } },
  { wanted: { shared_buffers: '64MB', max_locks_per_transaction: 128, huge_pages: 'try' } },
  { wanted: { archive_mode: 'on', archive_command: 'true', archive_library: 'basic_archive' }, since: 15 },
];

describe.each([12, 15, 18] as const)('PostgreSQL %i', (major) => {
  let server: TestServer;
  const autoConf = (): string => join(server.dataDirectory, 'postgresql.auto.conf');
  let pristine = '';

  beforeAll(async () => {
    server = await startServer({ major, settings: { wal_level: 'logical', huge_pages: 'off' } });
    pristine = await readFile(autoConf(), 'utf8');
  });
  afterAll(async () => {
    await server.stop();
  });

  const isFor = ({ since, until }: Case): boolean => major >= (since ?? 0) && major <= (until ?? 99);
  const titled = <T extends Case>(cases: readonly T[]): [string, T][] =>
    cases.filter(isFor).map((one) => [JSON.stringify(one.wanted), one]);

  /** Does by hand what pgdba would do, without asking anybody. */
  async function setByHand(wanted: Wanted): Promise<void> {
    const { plan: planned } = await plan(server.dsn(), wanted, { force: true });
    for (const { sql } of planned.changeSet.dry_run_result?.parameters ?? []) {
      if (sql !== null) await server.query(sql);
    }
  }

  async function putBack(): Promise<void> {
    await writeFile(autoConf(), pristine);
    await chmod(autoConf(), 0o600);
  }

  async function startsAgain(): Promise<boolean> {
    await server.halt();
    try {
      await server.start();
      return true;
    } catch {
      return false;
    }
  }

  async function letsIn(): Promise<boolean> {
    try {
      await server.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  test.each(titled(TRAPS))('refuses %s, and the server would be lost', async (_title, trap) => {
    for (const sql of trap.before ?? []) await server.query(sql);
    const { refusal, told } = await plan(server.dsn(), trap.wanted);
    expect([refusal?.code, refusal?.exit]).toEqual(['boot_guard', 5]);
    expect(refusal?.message).toMatch(trap.says);
    expect(told.some((finding) => finding.startsWith('refuse boot_guard '))).toBe(true);

    const forced = await plan(server.dsn(), trap.wanted, { force: true });
    expect(forced.refusal === null).toBe(trap.forcible === true);

    await setByHand(trap.wanted);
    if (trap.locksOut === true) {
      await server.query('SELECT pg_reload_conf()');
      await expect.poll(letsIn, { timeout: 10_000 }).toBe(false);
      await server.halt();
    } else {
      expect(await startsAgain()).toBe(false);
    }
    await putBack();
    await server.start();
    for (const sql of trap.after ?? []) await server.query(sql);
  });

  test.each(titled(DECOYS))('plans %s, and the server starts', async (_title, { wanted }) => {
    const { refusal } = await plan(server.dsn(), wanted);
    expect(refusal).toBeNull();
    await setByHand(wanted);
    expect(await startsAgain()).toBe(true);
    expect(await letsIn()).toBe(true);
    await server.halt();
    await putBack();
    await server.start();
  });
});
