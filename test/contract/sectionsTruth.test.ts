import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECTIONS } from '../../src/inspect/registry.js';
import type { Row, Section } from '../../src/inspect/section.js';
import { freshDatabase, sharedServer, type Major } from '../support/cluster.js';
import { readSection, type SectionParameters } from '../support/sectionReader.js';

const PLANTED = `
CREATE SCHEMA trap;
CREATE TABLE trap.locked (id int PRIMARY KEY, note text);
INSERT INTO trap.locked SELECT n, 'x' FROM generate_series(1, 1000) AS n;
CREATE TABLE trap.free (id int PRIMARY KEY, note text);
INSERT INTO trap.free SELECT n, repeat('x', 100) FROM generate_series(1, 1000) AS n;
VACUUM ANALYZE trap.locked;
VACUUM ANALYZE trap.free;
CREATE TABLE trap.unknown (id int);
INSERT INTO trap.unknown SELECT n FROM generate_series(1, 1000) AS n;
CREATE SEQUENCE trap.never;
CREATE SEQUENCE trap.plain;
SELECT nextval('trap.plain');
CREATE TABLE trap.narrow (id int PRIMARY KEY);
CREATE SEQUENCE trap.wide AS bigint OWNED BY trap.narrow.id;
SELECT setval('trap.wide', 2000000000);
CREATE TABLE trap.parted (id int, part int) PARTITION BY LIST (part);
CREATE TABLE trap.parted_1 PARTITION OF trap.parted FOR VALUES IN (1);
CREATE INDEX parted_idx ON ONLY trap.parted (id);
CREATE TABLE trap.doubles (id int);
INSERT INTO trap.doubles VALUES (1), (1);
ALTER TABLE trap.doubles ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
CREATE FUNCTION trap.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER off BEFORE INSERT ON trap.doubles FOR EACH ROW EXECUTE FUNCTION trap.nothing();
ALTER TABLE trap.doubles DISABLE TRIGGER off;
CREATE TABLE trap.queue (id int);
GRANT USAGE ON SCHEMA trap TO bare;`;

function section(id: string): Section {
  const found = SECTIONS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`there is no section ${id}`);
  return found;
}

describe.each([12, 15, 18] as const)('PostgreSQL %i', (major: Major) => {
  const server = sharedServer(major);
  let dbname: string;
  let asSuperuser: pg.Client;
  let asBare: pg.Client;
  const holders: pg.Client[] = [];

  const rowsOf = (
    client: pg.Client,
    id: string,
    parameters: SectionParameters = { limit: 0 },
  ): Promise<Row[]> => readSection(client, section(id), major, parameters);
  const rowOf = async (client: pg.Client, id: string, wanted: Row): Promise<Row | undefined> =>
    (await rowsOf(client, id)).find((row) =>
      Object.entries(wanted).every(([name, value]) => row[name] === value),
    );
  const pidOf = async (client: pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
  const holder = async (): Promise<pg.Client> => {
    const client = await server.client({ dbname });
    holders.push(client);
    return client;
  };
  const waitUntilWaiting = async (pid: number): Promise<void> => {
    for (;;) {
      const waiting = await server.query('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', {
        params: [pid],
      });
      if (waiting.length > 0) return;
    }
  };

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    asSuperuser = await server.client({ dbname });
    asBare = await server.client({ dbname, user: 'bare', password: 'bare' });
    for (const statement of PLANTED.split(/;\n/)) await asSuperuser.query(statement);
    // A failed CREATE INDEX CONCURRENTLY leaves an invalid index.
    await asSuperuser
      .query('CREATE UNIQUE INDEX CONCURRENTLY doubles_key ON trap.doubles (id)')
      .catch(() => undefined);
    if (major >= 18) {
      await asSuperuser.query('ALTER TABLE trap.doubles ADD CONSTRAINT lenient CHECK (id > 5) NOT ENFORCED');
    }
  });
  afterAll(async () => {
    await Promise.all([...holders, asSuperuser, asBare].map((client) => client.end()));
  });

  test('a table under ACCESS EXCLUSIVE costs no time, is named, and every other is measured', async () => {
    const holding = await holder();
    await holding.query('BEGIN');
    await holding.query('LOCK TABLE trap.locked IN ACCESS EXCLUSIVE MODE');
    try {
      const rows = await rowsOf(asSuperuser, 'pg_stat_user_tables');
      const locked = rows.find(({ relname }) => relname === 'locked');
      expect(locked).toMatchObject({
        size_source: 'exclusively_locked',
        size_bytes: null,
        total_bytes: null,
      });
      expect(locked?.['size_bytes_estimated']).toBeGreaterThan(0);
      const free = rows.find(({ relname }) => relname === 'free');
      const [truth] = await server.query(`SELECT pg_total_relation_size('trap.free')::int AS total`, {
        dbname,
      });
      expect(free).toMatchObject({ size_source: 'exact', total_bytes: truth?.['total'] });
      expect(section('pg_stat_user_tables').shortfall?.(rows)).toEqual({
        reason: 'exclusively_locked',
        message: 'not measured, since somebody holds or awaits an AccessExclusiveLock: trap.locked',
      });
      for (const { id, versionedBy, needs } of SECTIONS) {
        if (versionedBy !== undefined || needs.some(({ without }) => without === 'skipped')) continue;
        const chosen = section(id).variants.some(({ since }) => since <= major);
        if (chosen) await expect(rowsOf(asSuperuser, id), id).resolves.toBeInstanceOf(Array);
      }
    } finally {
      await holding.query('ROLLBACK');
    }
  });

  test('a lock on an index alone, and one that is only awaited, are seen too', async () => {
    const reader = await holder();
    const writer = await holder();
    const pid = await pidOf(writer);
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM trap.locked');
    const waits = writer.query('REINDEX INDEX trap.locked_pkey').catch(() => undefined);
    try {
      await waitUntilWaiting(pid);
      const index = await rowOf(asSuperuser, 'pg_stat_user_indexes', { indexrelname: 'locked_pkey' });
      const table = await rowOf(asSuperuser, 'pg_stat_user_tables', { relname: 'locked' });
      const [ours] = await server.query(
        `SELECT count(*)::int AS locks FROM pg_locks WHERE pid = $1 AND relation = 'trap.locked_pkey'::regclass
            AND mode = 'AccessExclusiveLock'`,
        { dbname, params: [pid] },
      );
      // REINDEX locks the table first; whether it has come to the index depends on the version.
      if (ours?.['locks'] === 1) {
        expect(index).toMatchObject({ size_source: 'exclusively_locked', size_bytes: null });
        expect(table).toMatchObject({ size_source: 'exclusively_locked' });
      } else {
        expect(index).toMatchObject({ size_source: 'exact' });
      }
    } finally {
      await reader.query('ROLLBACK');
      await waits;
    }
  });

  test('a table that was never counted has no estimate, rather than 0', async () => {
    const row = await rowOf(asSuperuser, 'pg_stat_user_tables', { relname: 'unknown' });
    expect(row).toMatchObject({ reltuples: null, size_bytes_estimated: null, size_source: 'exact' });
    expect(row?.['size_bytes']).toBeGreaterThan(0);
    expect(await rowOf(asSuperuser, 'pg_stat_user_tables', { relname: 'parted' })).toMatchObject({
      relkind: 'partitioned table',
      relfrozenxid_age: null,
      size_source: null,
      size_bytes: null,
    });
  });

  test('a sequence never used is not one that may not be read', async () => {
    const at = (client: pg.Client, name: string) => rowOf(client, 'pg_sequences', { sequencename: name });
    expect(await at(asSuperuser, 'never')).toMatchObject({
      value_source: 'never_used',
      last_value: null,
      used_ratio: 0,
    });
    expect(await at(asSuperuser, 'plain')).toMatchObject({ value_source: 'read', last_value: '1' });
    const unreadable = await at(asBare, 'never');
    expect(unreadable).toMatchObject({ value_source: 'no_privilege', last_value: null, used_ratio: null });
    expect(section('pg_sequences').shortfall?.([unreadable ?? {}])).toEqual({
      reason: 'no_privilege',
      message: 'last_value needs SELECT or USAGE on trap.never',
    });
  });

  test('a bigint sequence ends where its integer column does', async () => {
    const row = await rowOf(asSuperuser, 'pg_sequences', { sequencename: 'wide' });
    expect(row).toMatchObject({
      data_type: 'bigint',
      owned_by: 'trap.narrow.id',
      owned_by_type: 'integer',
      end_value: '2147483647',
      last_value: '2000000000',
    });
    expect(row?.['used_ratio']).toBeCloseTo(2_000_000_000 / 2_147_483_647, 9);
  });

  test('a sequence that ALTER SEQUENCE has locked does not make us wait', async () => {
    const holding = await holder();
    await holding.query('BEGIN');
    await holding.query('ALTER SEQUENCE trap.plain INCREMENT BY 2');
    try {
      const row = await rowOf(asSuperuser, 'pg_sequences', { sequencename: 'plain' });
      expect(row).toMatchObject({ value_source: 'exclusively_locked', last_value: null, used_ratio: null });
    } finally {
      await holding.query('ROLLBACK');
    }
  });

  test('invalid indexes, constraints never validated and disabled triggers are told', async () => {
    expect(await rowOf(asSuperuser, 'pg_stat_user_indexes', { indexrelname: 'doubles_key' })).toMatchObject({
      schemaname: 'trap',
      relname: 'doubles',
      is_unique: true,
      is_valid: false,
    });
    expect(await rowOf(asSuperuser, 'pg_stat_user_indexes', { indexrelname: 'parted_idx' })).toMatchObject({
      is_partitioned: true,
      is_valid: false,
      size_bytes: null,
    });
    expect(await rowOf(asSuperuser, 'pg_constraint', { name: 'positive' })).toMatchObject({
      schema: 'trap',
      table: 'doubles',
      type: 'check',
      enforced: major >= 18 ? true : null,
    });
    if (major >= 18) {
      expect(await rowOf(asSuperuser, 'pg_constraint', { name: 'lenient' })).toMatchObject({
        enforced: false,
      });
    }
    expect(await rowOf(asSuperuser, 'pg_trigger', { name: 'off' })).toMatchObject({
      table: 'doubles',
      fires: 'never',
      is_internal: false,
    });
  });

  test('the blocking forest has the waiter that blocks others: A reads, B alters, C queues behind B', async () => {
    const [a, b, c] = [await holder(), await holder(), await holder()];
    const [pidA, pidB, pidC] = [await pidOf(a), await pidOf(b), await pidOf(c)];
    await a.query('BEGIN');
    await a.query('SELECT count(*) FROM trap.queue');
    const waitsB = b.query('ALTER TABLE trap.queue ADD COLUMN more int');
    await waitUntilWaiting(pidB);
    const waitsC = c.query('SELECT count(*) FROM trap.queue');
    await waitUntilWaiting(pidC);
    try {
      const members = new Set([pidA, pidB, pidC]);
      const forest = (await rowsOf(asSuperuser, 'pg_locks')).filter(({ pid }) => members.has(Number(pid)));
      expect(forest.map(({ pid }) => pid)).toEqual([pidA, pidB, pidC]);
      expect(forest[0]).toMatchObject({
        is_root: true,
        blocked_by: [],
        blocks: [pidB],
        wait_mode: null,
        state: 'idle in transaction',
        query: 'SELECT count(*) FROM trap.queue',
      });
      expect(forest[0]?.['held']).toEqual([
        expect.objectContaining({ locktype: 'relation', mode: 'AccessShareLock' }),
      ]);
      expect(forest[1]).toMatchObject({
        is_root: false,
        blocked_by: [pidA],
        blocks: [pidC],
        wait_locktype: 'relation',
        wait_mode: 'AccessExclusiveLock',
        wait_relation: 'trap.queue',
        wait_database: dbname,
      });
      expect(forest[2]).toMatchObject({ blocked_by: [pidB], blocks: [], wait_mode: 'AccessShareLock' });
      expect(typeof forest[1]?.['wait_start']).toBe(major >= 14 ? 'string' : 'object');

      const seenByBare = (await rowsOf(asBare, 'pg_locks')).filter(({ pid }) => members.has(Number(pid)));
      const hidden = { query: null, state: null, xact_age_ms: null };
      expect(seenByBare).toHaveLength(3);
      expect(seenByBare.find(({ pid }) => pid === pidC)).toMatchObject({ blocked_by: [pidB], ...hidden });
    } finally {
      await a.query('ROLLBACK');
      await Promise.all([waitsB, waitsC]);
    }
  });

  test('a prepared transaction that blocks is the root with pid 0', async () => {
    const gid = `trap ${dbname}`;
    const preparer = await holder();
    await preparer.query('BEGIN');
    await preparer.query('LOCK TABLE trap.free IN ACCESS EXCLUSIVE MODE');
    await preparer.query(`PREPARE TRANSACTION '${gid}'`);
    const waiter = await holder();
    const pid = await pidOf(waiter);
    const waits = waiter.query('SELECT count(*) FROM trap.free');
    try {
      await waitUntilWaiting(pid);
      const forest = await rowsOf(asSuperuser, 'pg_locks');
      expect(forest.find((row) => row['pid'] === 0)).toMatchObject({
        is_root: true,
        query: null,
        state: null,
      });
      expect(forest.find((row) => row['pid'] === pid)).toMatchObject({
        blocked_by: [0],
        wait_relation: 'trap.free',
      });
      expect(await rowOf(asSuperuser, 'pg_prepared_xacts', { gid })).toMatchObject({ database: dbname });
      expect(await rowOf(asSuperuser, 'pg_stat_user_tables', { relname: 'free' })).toMatchObject({
        size_source: 'exclusively_locked',
      });
    } finally {
      await server.query(`ROLLBACK PREPARED '${gid}'`, { dbname });
      await waits;
    }
  });

  test('a role without privileges is never shown 0 or a blank for what it may not see', async () => {
    const superuser = await pidOf(asSuperuser);
    expect(await rowOf(asBare, 'pg_stat_activity', { pid: superuser })).toMatchObject({
      visible: false,
      usename: server.superuser,
      state: null,
      query: null,
      xact_age_ms: null,
      backend_type: null,
    });
    expect((await rowsOf(asBare, 'pg_settings')).some(({ name }) => name === 'data_directory')).toBe(false);
    expect(await rowOf(asBare, 'system', {})).toMatchObject({ data_directory: null });
    const statements = await server.client({ dbname: 'seeded', user: 'bare', password: 'bare' });
    holders.push(statements);
    const hidden = (await rowsOf(statements, 'pg_stat_statements')).filter(
      ({ visible }) => visible === false,
    );
    expect(hidden.length).toBeGreaterThan(0);
    for (const row of hidden) expect(row).toMatchObject({ query: null, queryid: null });
  });

  test('what the views count, the sections count', async () => {
    const seeded = await server.client({ dbname: 'seeded' });
    holders.push(seeded);
    const ours = await rowsOf(seeded, 'pg_stat_user_tables');
    const { rows } = await seeded.query<Record<string, string | null>>(
      `SELECT relid::text, idx_scan::text, idx_tup_fetch::text, n_tup_ins::text, analyze_count::text
         FROM pg_stat_user_tables`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const view of rows) {
      const row = ours.find(({ relid }) => relid === Number(view['relid']));
      for (const name of ['idx_scan', 'idx_tup_fetch', 'n_tup_ins', 'analyze_count']) {
        const counted = view[name] ?? null;
        expect(row?.[name], `${name} of ${String(row?.['relname'])}`).toBe(
          counted === null ? null : Number(counted),
        );
      }
    }
  });

  test('--limit cuts and tells how many there are; 0 cuts nothing', async () => {
    expect(await rowsOf(asSuperuser, 'pg_stat_user_tables', { limit: 2 })).toHaveLength(2);
    expect((await rowsOf(asSuperuser, 'pg_stat_user_tables', { limit: 0 })).length).toBeGreaterThan(5);
  });

  test('without query text the numbers are the same and the texts are null', async () => {
    const seeded = await server.client({ dbname: 'seeded' });
    holders.push(seeded);
    const rows = await rowsOf(seeded, 'pg_stat_statements', { limit: 5, queryText: false });
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toMatchObject({ visible: true, query: null });
  });

  test('every version of pg_stat_statements that this server has is read, in a schema that needs quotes', async () => {
    const extended = await freshDatabase(server, 'empty');
    const client = await server.client({ dbname: extended });
    holders.push(client);
    await client.query('CREATE SCHEMA "Odd Extensions"');
    const { rows } = await client.query<{ version: string }>(
      `SELECT version FROM pg_available_extension_versions WHERE name = 'pg_stat_statements'
        ORDER BY string_to_array(version, '.')::int[]`,
    );
    expect(rows[0]?.version).toBe('1.4');
    for (const { version } of rows) {
      await client.query(`CREATE EXTENSION pg_stat_statements SCHEMA "Odd Extensions" VERSION '${version}'`);
      const statements = await rowsOf(client, 'pg_stat_statements', { limit: 3 });
      expect(statements, version).toHaveLength(3);
      for (const row of statements) expect(row, version).toMatchObject({ visible: true, plans: null });
      const minor = Number(version.split('.')[1]);
      expect(typeof statements[0]?.['wal_bytes'], version).toBe(minor >= 8 ? 'number' : 'object');
      expect(typeof statements[0]?.['stats_since'], version).toBe(minor >= 11 ? 'string' : 'object');
      await client.query('DROP EXTENSION pg_stat_statements');
    }
  });

  test('a command under way shows its progress by the name of its table, to a role without privileges only its pid', async () => {
    const writer = await holder();
    const builder = await holder();
    const [pidWriter, pid] = [await pidOf(writer), await pidOf(builder)];
    await writer.query('BEGIN');
    await writer.query('INSERT INTO trap.queue DEFAULT VALUES');
    const builds = builder.query('CREATE INDEX CONCURRENTLY queue_idx ON trap.queue (id)');
    try {
      await waitUntilWaiting(pid);
      expect(await rowOf(asSuperuser, 'pg_stat_progress_create_index', { pid })).toMatchObject({
        datname: dbname,
        relation: 'trap.queue',
        command: 'CREATE INDEX CONCURRENTLY',
        current_locker_pid: pidWriter,
      });
      expect(await rowOf(asBare, 'pg_stat_progress_create_index', { pid })).toMatchObject({
        datname: dbname,
        relation: null,
        command: null,
        phase: null,
        blocks_done_bytes: null,
      });
    } finally {
      await writer.query('ROLLBACK');
      await builds;
    }
  });
});
