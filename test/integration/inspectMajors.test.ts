import { beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../src/inspect/section.js';
import { freshDatabase, MAJORS, sharedServer, type Major } from '../support/cluster.js';
import { type Inspected, inspect, section, shortcomings, until } from '../support/inspected.js';

const OLD: Readonly<Record<Major, readonly string[]>> = {
  12: [
    'pg_stat_statements_info',
    'pg_stat_checkpointer',
    'pg_stat_wal',
    'pg_stat_io',
    'pg_stat_slru',
    'pg_stat_recovery_prefetch',
    'pg_stat_replication_slots',
    'pg_stat_subscription_stats',
    'pg_stat_progress_analyze',
    'pg_stat_progress_copy',
    'pg_stat_progress_basebackup',
  ],
  13: [
    'pg_stat_statements_info',
    'pg_stat_checkpointer',
    'pg_stat_wal',
    'pg_stat_io',
    'pg_stat_recovery_prefetch',
    'pg_stat_replication_slots',
    'pg_stat_subscription_stats',
    'pg_stat_progress_copy',
  ],
  14: ['pg_stat_checkpointer', 'pg_stat_io', 'pg_stat_recovery_prefetch', 'pg_stat_subscription_stats'],
  15: ['pg_stat_checkpointer', 'pg_stat_io'],
  16: ['pg_stat_checkpointer'],
  17: [],
  18: [],
};

const HIDDEN_FROM_MONITOR = {
  pg_authid: 'skipped no_privilege',
  pg_hba_file_rules: 'skipped no_privilege',
  pg_file_settings: 'skipped no_privilege',
  pg_sequences: 'partial no_privilege',
};

const HIDDEN_FROM_BARE = {
  ...HIDDEN_FROM_MONITOR,
  system: 'partial no_privilege',
  pg_settings: 'partial no_privilege',
  pg_stat_activity: 'partial no_privilege',
  pg_locks: 'partial no_privilege',
  pg_stat_ssl: 'partial no_privilege',
  pg_stat_statements: 'partial no_privilege',
  pg_ls_waldir: 'skipped no_privilege',
  pg_stat_replication: 'partial no_privilege',
  pg_stat_wal_receiver: 'partial no_privilege',
  pg_stat_progress_vacuum: 'partial no_privilege',
  pg_stat_progress_analyze: 'partial no_privilege',
  pg_stat_progress_create_index: 'partial no_privilege',
  pg_stat_progress_cluster: 'partial no_privilege',
  pg_stat_progress_copy: 'partial no_privilege',
  pg_stat_progress_basebackup: 'partial no_privilege',
};

/** Sections that nothing changes while three roles look, and what tells their rows apart. */
const UNMOVED: Readonly<Record<string, readonly string[]>> = {
  pg_settings: ['name'],
  pg_control_init: [],
  pg_tablespace: ['spcname'],
  pg_roles: ['rolname'],
  pg_extension: ['name'],
  pg_sequences: ['seqrelid'],
  pg_constraint: ['schema', 'table', 'domain', 'name'],
  pg_trigger: ['schema', 'table', 'name'],
};
/** What differs all the same. */
const PERSONAL = ['is_superuser', 'session_authorization'];
const MOVING = ['connections', 'value_source'];

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  const seenBy = {} as Record<'postgres' | 'monitor' | 'bare', Inspected>;

  const rowOf = (by: keyof typeof seenBy, id: string, column: string, value: unknown) =>
    section(seenBy[by], id).rows.find((row) => row[column] === value);

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'seeded');
    const client = await server.client({ dbname });
    for (let i = 0; i < 7; i++)
      await client.query('SELECT count(*) AS counted_seven_times FROM shop.products');
    await client.end();
    // Before 15 counters arrive a moment after the work.
    await until(async () => {
      const [row] = await server.query(
        `SELECT sum(seq_scan) FILTER (WHERE relname = 'products') >= 8
            AND sum(n_tup_upd) = 139 AND sum(n_tup_del) = 20 AS arrived FROM pg_stat_user_tables`,
        { dbname },
      );
      return row?.['arrived'] === true ? true : undefined;
    });
    for (const user of ['postgres', 'monitor', 'bare'] as const) {
      seenBy[user] = await inspect(server.dsn({ dbname, user, password: user }), ['--limit', '0']);
    }
  });

  test('a superuser gets every section that the version has', () => {
    expect(shortcomings(seenBy.postgres)).toEqual(
      Object.fromEntries(OLD[major].map((id) => [id, 'skipped server_too_old'])),
    );
    expect(seenBy.postgres.result.exitCode).toBe(0);
    expect(seenBy.postgres.envelope.warnings).toEqual([]);
  });

  test('pg_monitor and a bare role are told what they cannot see, and get everything else', () => {
    const old = Object.fromEntries(OLD[major].map((id) => [id, 'skipped server_too_old']));
    expect(shortcomings(seenBy.monitor)).toEqual({ ...HIDDEN_FROM_MONITOR, ...old });
    expect(shortcomings(seenBy.bare)).toEqual({ ...HIDDEN_FROM_BARE, ...old });
    expect(seenBy.bare.envelope.warnings.map(({ subject }) => subject).sort()).toEqual(
      Object.keys(HIDDEN_FROM_BARE)
        .filter((id) => !OLD[major].includes(id))
        .sort(),
    );
  });

  test('two round trips are all that it takes after connecting', () => {
    for (const { envelope } of Object.values(seenBy)) expect(envelope.meta.cost.round_trips).toBe(2);
  });

  test('the settings are those of pg_settings, for each role as many as it may see', async () => {
    for (const user of ['postgres', 'monitor', 'bare'] as const) {
      const choice = user === 'postgres' ? { dbname } : { dbname, user, password: user };
      const [direct] = await server.query('SELECT count(*)::int AS n FROM pg_settings', choice);
      expect(section(seenBy[user], 'pg_settings').rows).toHaveLength(direct?.['n'] as number);
    }
    expect(rowOf('monitor', 'pg_settings', 'name', 'data_directory')?.['setting']).toBe(server.dataDirectory);
    expect(rowOf('bare', 'pg_settings', 'name', 'data_directory')).toBeUndefined();
  });

  test('counters and sizes of tables are those that SQL tells', async () => {
    const direct = await server.query(
      `SELECT s.schemaname, s.relname, n_tup_ins::int, n_tup_upd::int, n_tup_del::int, seq_scan::int,
              pg_total_relation_size(relid)::int AS total_bytes, pg_table_size(relid)::int AS size_bytes
         FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = relid WHERE c.relkind <> 'p'`,
      { dbname },
    );
    expect(direct.length).toBeGreaterThan(9);
    for (const { envelope, data } of Object.values(seenBy)) {
      const rows = section({ data }, 'pg_stat_user_tables').rows;
      expect(envelope.cluster?.database).toBe(dbname);
      for (const wanted of direct) {
        const row = rows.find(
          (one) => one['relname'] === wanted['relname'] && one['schemaname'] === wanted['schemaname'],
        );
        expect(row).toMatchObject({ ...wanted, size_source: 'exact' });
      }
    }
    expect(rowOf('bare', 'pg_stat_user_tables', 'relname', 'orders')).toMatchObject({
      n_tup_upd: 40,
      n_tup_del: 0,
    });
    expect(rowOf('bare', 'pg_stat_user_tables', 'relname', 'sessions')).toMatchObject({
      n_tup_upd: 99,
      n_tup_del: 20,
    });
  });

  test('calls of a statement are counted right, and hidden from whoever may not see them', () => {
    const text = 'SELECT count(*) AS counted_seven_times FROM shop.products';
    for (const by of ['postgres', 'monitor'] as const) {
      expect(rowOf(by, 'pg_stat_statements', 'query', text)).toMatchObject({
        calls: 7,
        rows: 7,
        datname: dbname,
      });
    }
    const foreign = section(seenBy.bare, 'pg_stat_statements').rows.filter(
      (row) => row['usename'] !== 'bare',
    );
    expect(foreign.length).toBeGreaterThan(10);
    for (const row of foreign) expect(row).toMatchObject({ visible: false, queryid: null, query: null });
  });

  test('what a role may not see is null, never 0', () => {
    const sequences = section(seenBy.bare, 'pg_sequences').rows;
    expect(sequences.length).toBeGreaterThan(3);
    for (const row of sequences) {
      expect(row).toMatchObject({ value_source: 'no_privilege', last_value: null, used_ratio: null });
    }
    expect(rowOf('postgres', 'pg_sequences', 'sequencename', 'orders_order_id_seq')).toMatchObject({
      last_value: '2000',
    });
    const others = section(seenBy.bare, 'pg_stat_activity').rows.filter((row) => row['visible'] === false);
    expect(others.length).toBeGreaterThan(3);
    for (const row of others)
      expect(row).toMatchObject({ state: null, query: null, xact_age_ms: null, wait_event: null });
    expect(section(seenBy.bare, 'system').rows[0]).toMatchObject({ data_directory: null });
    expect(seenBy.bare.envelope.cluster?.node.data_directory).toBeNull();
    expect(seenBy.monitor.envelope.cluster?.node.data_directory).toBe(server.dataDirectory);
  });

  test('whatever a lesser role sees is what the superuser sees, or null', () => {
    for (const [id, keys] of Object.entries(UNMOVED)) {
      const keyOf = (row: Row): string => JSON.stringify(keys.map((key) => row[key]));
      const truth = new Map(section(seenBy.postgres, id).rows.map((row) => [keyOf(row), row]));
      for (const by of ['monitor', 'bare'] as const) {
        for (const row of section(seenBy[by], id).rows) {
          if (PERSONAL.includes(String(row['name']))) continue;
          const shown = Object.entries(row).filter(
            ([name, value]) => value !== null && !MOVING.includes(name),
          );
          expect(truth.get(keyOf(row)), `${id} as ${by}`).toMatchObject(Object.fromEntries(shown));
        }
      }
    }
  });
});
