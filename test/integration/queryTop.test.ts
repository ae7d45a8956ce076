import { beforeAll, describe, expect, test } from 'vitest';
import type { TopData } from '../../src/query/top/topData.js';
import { freshDatabase, MAJORS, sharedServer, type ServerHandle } from '../support/cluster.js';
import { runCli, startCli, type CliResult } from '../support/runCli.js';

async function top(dsn: string, args: readonly string[]): Promise<{ data: TopData; result: CliResult }> {
  const result = await runCli(['query', 'top', '--dsn', dsn, '--limit', '0', ...args]);
  if (result.envelope.data === null) throw new Error(JSON.stringify(result.envelope.error));
  return { data: result.envelope.data as TopData, result };
}

const find = ({ statements }: TopData, text: string) =>
  statements.find(({ query }) => query?.includes(text) === true);

/** A database with the extension, a table of its own, and statements that superuser and `bare` have run. */
async function workedOn(server: ServerHandle, filler: string): Promise<string> {
  const dbname = await freshDatabase(server, 'empty');
  const client = await server.client({ dbname });
  // The oid of the table, and so the queryid of what reads it, differs from one database to the next.
  await client.query(`CREATE TABLE "${filler}" ()`);
  await client.query(
    `CREATE SCHEMA "Odd ""😀"; CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA "Odd ""😀"`,
  );
  await client.query(
    'CREATE TABLE public.items AS SELECT g AS id FROM generate_series(1, 2000) g; GRANT SELECT ON public.items TO PUBLIC',
  );
  for (let n = 0; n < 7; n++)
    await client.query(`SELECT id FROM public.items WHERE id <= ${String(n * 10)} /* marked */`);
  await client.query(`SET work_mem = '64kB'`);
  await client.query(
    `SELECT count(*) FROM (SELECT a.id FROM public.items a, public.items b WHERE b.id < 20 ORDER BY a.id * b.id) sorted`,
  );
  await client.query(
    `SELECT '${'x'.repeat(10)}' AS ${'a_long_name_'.repeat(5)}, ${'id AS more, '.repeat(80)} id FROM public.items LIMIT 1`,
  );
  await client.end();
  const bare = await server.client({ dbname, user: 'bare' });
  await bare.query('SELECT id FROM public.items WHERE id <= 1 /* marked */');
  await bare.end();
  return dbname;
}

describe.each(MAJORS)('query top on PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let other: string;
  beforeAll(async () => {
    [dbname, other] = await Promise.all([workedOn(server, 'one'), workedOn(server, 'two')]);
    // Two tables more in front of it, and every oid is another.
    if (dbname === other) throw new Error('two databases are one');
  });

  test('tells what pg_stat_statements tells, of the databases asked for', async () => {
    const { data } = await top(server.dsn({ dbname }), [
      '--database',
      dbname,
      '--user',
      'postgres',
      '--sort',
      'calls',
    ]);
    const marked = find(data, '/* marked */');
    const [known] = await server.query(
      `SELECT s.queryid::text AS queryid, s.calls::int, s.rows::int,
              (s.shared_blks_hit * current_setting('block_size')::int8)::float8 AS hit,
              ${major === 12 ? 's.total_time' : 's.total_exec_time'} AS ms
         FROM "Odd ""😀".pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = $1
         JOIN pg_roles r ON r.oid = s.userid AND r.rolname = 'postgres' WHERE s.query LIKE '%/* marked */%' AND s.calls = 7`,
      { dbname, params: [dbname] },
    );
    expect(marked).toMatchObject({
      ...{ queryid: known?.['queryid'], calls: 7, rows: 210, shared_hit_bytes: known?.['hit'] },
      ...{ database: dbname, user: 'postgres', visible: true, query_state: 'whole', entries: 1 },
      toplevel: major < 14 ? null : true,
    });
    expect(typeof marked?.queryid).toBe('string');
    expect(marked?.total_time_ms).toBeCloseTo(known?.['ms'] as number, 6);
    expect(marked?.mean_time_ms).toBeCloseTo((known?.['ms'] as number) / 7, 6);
    expect(
      new Set(data.statements.map(({ database, user }) => `${String(database)} ${String(user)}`)),
    ).toEqual(new Set([`${dbname} postgres`]));
    const shares = data.statements.map(({ share_ratio }) => share_ratio ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    const calls = data.statements.map((statement) => statement.calls ?? 0);
    expect(calls).toEqual([...calls].sort((a, b) => b - a));
    expect(data.evicted).toMatchObject({
      count: major < 14 ? null : (expect.any(Number) as unknown),
      max_entries: 5000,
    });
    expect(data.limitations).toEqual([]);
    expect(find(data, 'a_long_name_')).toMatchObject({ query_state: 'cut' });
    expect(find(data, 'a_long_name_')?.query?.length).toBe(500);
  });

  test('ranks by temporary files and tells their bytes; --redact-literals and --full-text do as they say', async () => {
    const args = ['--database', dbname, '--sort', 'temp', '--full-text', '--redact-literals'];
    const { data } = await top(server.dsn({ dbname }), args);
    expect(data.statements[0]?.query).toContain('sorted');
    expect(data.statements[0]?.temp_bytes).toBeGreaterThan(100_000);
    expect(find(data, 'a_long_name_')?.query?.length).toBeGreaterThan(900);
    expect(data.statements[0]?.wal_bytes === null).toBe(major < 13);
    expect(data.statements[0]?.jit_time_ms === null).toBe(major < 15);
    expect(data.statements[0]?.stats_since === null).toBe(major < 17);
  });

  test('puts together what is one statement over users and databases', async () => {
    const both = ['--database', `${dbname},${other}`];
    const { data } = await top(server.dsn({ dbname }), [...both, '--group', 'fingerprint']);
    expect(find(data, '/* marked */')).toMatchObject({
      ...{ calls: 16, entries: 4, database: null, user: null },
      databases: expect.arrayContaining([dbname, other]) as unknown,
      users: expect.arrayContaining(['postgres', 'bare']) as unknown,
    });
  });

  test('a role that may not see texts gets the numbers and the reason', async () => {
    const dsn = server.dsn({ dbname, user: 'bare', password: 'bare' });
    await server.query('GRANT USAGE ON SCHEMA "Odd ""😀" TO PUBLIC', { dbname });
    const { data, result } = await top(dsn, ['--database', dbname, '--group', 'queryid']);
    expect(result.exitCode).toBe(0);
    expect(data.limitations).toMatchObject([
      { subject: 'pg_stat_statements', status: 'partial', reason: 'no_privilege' },
    ]);
    expect(find(data, '/* marked */')).toMatchObject({ user: 'bare', calls: 1, visible: true });
    const hidden = data.statements.filter(({ visible }) => !visible);
    expect(hidden.length).toBe(data.total.hidden_entries);
    expect(hidden.find(({ calls }) => calls === 7)).toMatchObject({
      ...{
        queryid: null,
        query: null,
        query_state: 'no_privilege',
        fingerprint: null,
        user: 'postgres',
        entries: 1,
      },
      rows: 210,
    });
    expect(JSON.stringify(data)).not.toContain('insufficient privilege');
  });
});

describe('query top', () => {
  test.each([12, 18] as const)('--delta on %i ranks what was done in the interval', async (major) => {
    const server = sharedServer(major);
    const dbname = await workedOn(server, 'three');
    const client = await server.client({ dbname });
    const cli = await startCli([
      ...['query', 'top', '--dsn', server.dsn({ dbname }), '--database', dbname],
      ...['--delta', '--interval', '700ms', '--sort', 'calls'],
    ]);
    let ended = false;
    const result = cli.result.finally(() => (ended = true));
    let calls = 0;
    for (; !(ended as boolean); calls++) await client.query(`SELECT ${String(calls)} AS busy`);
    await client.end();
    const data = (await result).envelope.data as TopData;
    expect(data.mode).toBe('delta');
    expect(data.interval_ms).toBeGreaterThanOrEqual(700);
    const busy = find(data, 'AS busy');
    expect(busy?.calls).toBeGreaterThan(0);
    expect(busy?.calls).toBeLessThanOrEqual(calls);
    expect(busy?.calls_per_s).toBeCloseTo(((busy?.calls ?? 0) * 1000) / (data.interval_ms ?? 1), 6);
    expect(find(data, '/* marked */')).toBeUndefined();
  });

  test.each(['1.4', '1.7', '1.9', '1.11'])(
    'goes by version %s of the extension, not by the server',
    async (version) => {
      const server = sharedServer(18);
      const dbname = await freshDatabase(server, 'empty');
      await server.query(
        `DROP EXTENSION IF EXISTS pg_stat_statements; CREATE EXTENSION pg_stat_statements VERSION '${version}'`,
        { dbname },
      );
      await server.query('SELECT 1 AS old_extension', { dbname });
      const { data } = await top(server.dsn({ dbname }), ['--database', dbname, '--sort', 'wal']);
      expect(data.extension_version).toBe(version);
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const since = (wanted: number): boolean => major * 1000 + minor >= 1000 + wanted;
      expect(find(data, 'old_extension')).toMatchObject({ calls: 1, query: 'SELECT $1 AS old_extension' });
      expect(find(data, 'old_extension')?.wal_bytes === null).toBe(!since(8));
      expect(data.stats_reset === null).toBe(!since(9));
      expect(data.evicted.count === null).toBe(!since(9));
      expect(data.limitations.map(({ reason }) => reason)).toEqual(since(8) ? [] : ['server_too_old']);
    },
  );

  test('says where the extension is when it is not here', async () => {
    const server = sharedServer(16);
    const dbname = await freshDatabase(server, 'empty');
    await server.query('DROP EXTENSION IF EXISTS pg_stat_statements', { dbname });
    const result = await runCli(['query', 'top', '--dsn', server.dsn({ dbname })]);
    expect(result.exitCode).toBe(5);
    expect(result.envelope.error).toMatchObject({
      code: 'extension_missing',
      hint: expect.stringContaining(`CREATE EXTENSION pg_stat_statements in database ${dbname}`) as unknown,
      details: { preloaded: true, installed: false },
    });
    expect(result.envelope.error?.hint).toContain('--dbname');
  });

  test('warns when filters name nothing, and refuses an interval without --delta', async () => {
    const server = sharedServer(17);
    const dbname = await freshDatabase(server, 'empty');
    await server.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements', { dbname });
    const { data, result } = await top(server.dsn({ dbname }), ['--database', 'nosuch']);
    expect(data.statements).toEqual([]);
    expect(result.envelope.warnings).toMatchObject([{ code: 'nothing_matches' }]);
    expect((await runCli(['query', 'top', '--interval', '1s'])).exitCode).toBe(2);
    expect((await runCli(['query', 'top', '--sort', 'beauty'])).exitCode).toBe(2);
  });
});
