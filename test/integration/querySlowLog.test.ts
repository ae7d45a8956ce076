import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SlowLogData } from '../../src/query/slowLog/slowLogData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { until } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

async function slowLog(dsn: string, args: readonly string[]): Promise<SlowLogData> {
  const { envelope } = await runCli(['query', 'slow-log', '--dsn', dsn, '--limit', '0', ...args]);
  if (envelope.data === null) throw new Error(JSON.stringify(envelope.error));
  return envelope.data as SlowLogData;
}

const source = ({ sources }: SlowLogData, name: string) => sources.find((one) => one.source === name);

describe.each(MAJORS)('query slow-log on PostgreSQL %i', (major) => {
  const server = sharedServer(major);

  test('tells what is slow as a rule, what was slow once, what runs now, and nothing else', async () => {
    const dbname = await freshDatabase(server, 'empty');
    await server.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements', { dbname });
    const client = await server.client({ dbname });
    await client.query('SELECT pg_sleep(0.3) AS always');
    for (const seconds of [0.3, 0, 0, 0, 0, 0, 0])
      await client.query(`SELECT 1, pg_sleep(${seconds.toFixed(1)}) AS once`);
    await client.query('SELECT 1 AS fast');
    // A session that is idle in a transaction has run nothing since.
    await client.query('BEGIN; SELECT 1 AS idle_now');
    const busy = await server.client({ dbname });
    const running = busy.query('SELECT pg_sleep(30) AS running_now').catch(() => undefined);
    const [session] = await until(async () => {
      const rows = await server.query(
        `SELECT pid FROM pg_stat_activity WHERE query LIKE '%running_now' AND state = 'active' AND clock_timestamp() - query_start > interval '250 ms' AND datname = $1`,
        { params: [dbname] },
      );
      return rows.length === 1 ? rows : undefined;
    });
    const data = await slowLog(server.dsn({ dbname }), ['--threshold', '200ms']);
    const bare = await slowLog(server.dsn({ dbname, user: 'bare', password: 'bare' }), [
      '--threshold',
      '200ms',
    ]);
    await server.query('SELECT pg_terminate_backend($1)', { params: [session?.['pid']] });
    await Promise.allSettled([running, client.end(), busy.end()]);

    const own = data.statements.filter(({ database }) => database === dbname);
    expect(own.map(({ over, query }) => `${over} ${query ?? ''}`)).toEqual([
      'running SELECT pg_sleep(30) AS running_now',
      'mean SELECT pg_sleep($1) AS always',
      'max SELECT $1, pg_sleep($2) AS once',
    ]);
    expect(own[0]).toMatchObject({
      source: 'running',
      pid: session?.['pid'],
      calls: null,
      wait_event: 'PgSleep',
    });
    expect(own[1]).toMatchObject({ source: 'statements', calls: 1 });
    expect(own[2]).toMatchObject({
      ...{
        calls: 7,
        since_from: major >= 17 ? 'minmax_stats_since' : major < 14 ? null : 'stats_reset',
      },
    });
    expect(own[2]?.duration_ms).toBe(own[2]?.max_time_ms);
    expect(own[2]?.since === null).toBe(major < 14);
    expect(source(data, 'log')).toMatchObject({ status: 'skipped', reason: 'setting_off' });
    expect(source(data, 'running')).toMatchObject({ status: 'ok' });

    // What a bare role cannot see is told, and its numbers stay.
    expect(source(bare, 'running')).toMatchObject({ status: 'partial', reason: 'no_privilege' });
    const hidden = bare.statements.filter(({ database }) => database === dbname);
    expect(hidden.map(({ over, query_state }) => `${over} ${query_state}`)).toEqual([
      'mean no_privilege',
      'max no_privilege',
    ]);
  });
});

test('without pg_stat_statements the other sources are still read, and it is told', async () => {
  const server = sharedServer(15);
  const dbname = await freshDatabase(server, 'empty');
  await server.query('DROP EXTENSION IF EXISTS pg_stat_statements', { dbname });
  const data = await slowLog(server.dsn({ dbname }), []);
  expect(source(data, 'statements')).toMatchObject({ status: 'skipped', reason: 'extension_missing' });
  expect(data).toMatchObject({ evicted: null, stats_reset: null, threshold_ms: 1000 });
  expect(data.limitations).toMatchObject([{ reason: 'extension_missing' }, { reason: 'extension_missing' }]);
});

describe('the server’s log', () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    server = await startServer({
      major: 17,
      settings: {
        logging_collector: 'on',
        log_destination: 'stderr,csvlog,jsonlog',
        log_filename: 'postgresql-%H%M%S.log',
        log_line_prefix: '%m [%p] %q%u@%d ',
        log_timezone: 'Asia/Kathmandu',
        log_min_duration_statement: '100ms',
      },
    });
    folder = join(server.dataDirectory, 'log');
    await server.query('CREATE ROLE monitor LOGIN IN ROLE pg_monitor');
    await server.query('SELECT pg_sleep(0.15) AS before_rotation');
    const [before] = await server.query('SELECT pg_current_logfile() AS name');
    // A file's name is its second: rotation needs another one.
    await until(async () => {
      await server.query('SELECT pg_rotate_logfile()');
      const [now] = await server.query('SELECT pg_current_logfile() AS name');
      return now?.['name'] === before?.['name'] ? undefined : true;
    });
    await server.query('SELECT pg_sleep(0.2),\n\t\'x\' AS "after, rotation"');
    await server.query('SELECT pg_sleep($1::float8) AS bound', { params: ['0.12'] });
  });
  afterAll(() => server.stop());

  const told = ({ statements }: SlowLogData) =>
    statements.filter((one) => one.source === 'log').map(({ query }) => query);
  const ALL = [
    'SELECT pg_sleep(0.2),\n\t\'x\' AS "after, rotation"',
    'SELECT pg_sleep(0.15) AS before_rotation',
    'SELECT pg_sleep($1::float8) AS bound',
  ];

  test.each(['jsonlog', 'csvlog', 'stderr'] as const)(
    'is read over SQL as %s, with the files of before a rotation',
    async (format) => {
      await server.query(`ALTER SYSTEM SET log_destination = '${format}'`);
      await server.query('SELECT pg_reload_conf()');
      await until(
        async () =>
          (await server.query('SHOW log_destination'))[0]?.['log_destination'] === format || undefined,
      );
      const data = await slowLog(server.dsn(), ['--threshold', '100ms']);
      expect(told(data)).toEqual(ALL);
      expect(source(data, 'log')).toMatchObject({ status: 'ok', found: 3 });
      expect(data.log).toMatchObject({ place: 'server', format, bytes_skipped: 0 });
      expect(data.log?.files.length).toBeGreaterThan(1);
      const bound = data.statements.find(
        ({ query }) => query?.includes('AS bound') === true && query.includes('$1'),
      );
      expect(data.statements.find(({ event }) => event === 'execute')).toMatchObject({
        parameters: 'withheld',
        user: 'postgres',
        database: 'postgres',
      });
      expect(bound).toBeDefined();
      for (const { since, source: from } of data.statements) {
        if (from === 'log') expect(Math.abs(Date.parse(since ?? '') - Date.now())).toBeLessThan(120_000);
      }
    },
  );

  test('--log-file reads the same from the disk, whatever the format', async () => {
    const names = await readdir(folder);
    const files = names.filter((name) => !name.endsWith('.gz'));
    const found = await Promise.all(
      ['.json', '.csv', '.log'].map(async (suffix) => {
        const ofFormat = files.filter((name) => name.endsWith(suffix)).sort();
        const read = await Promise.all(
          ofFormat.map((name) =>
            slowLog(server.dsn(), ['--threshold', '100ms', '--log-file', join(folder, name)]),
          ),
        );
        return read.flatMap(told).sort();
      }),
    );
    for (const queries of found) expect(queries).toEqual([...ALL].sort());
  });

  test('--since, --log-bytes and --limit bound what is read, and it is told', async () => {
    const none = await slowLog(server.dsn(), ['--threshold', '100ms', '--since', '2999-01-01']);
    expect(told(none)).toEqual([]);
    const few = await slowLog(server.dsn(), ['--threshold', '100ms', '--log-bytes', '100B']);
    expect(few.log?.bytes_read).toBe(100);
    expect(few.log?.bytes_skipped).toBeGreaterThan(100);
    const { envelope } = await runCli([
      'query',
      'slow-log',
      '--dsn',
      server.dsn(),
      '--threshold',
      '100ms',
      '--limit',
      '1',
    ]);
    const one = envelope.data as SlowLogData;
    expect(told(one)).toEqual(ALL.slice(0, 1));
    expect(source(one, 'log')?.truncated).toEqual({ shown: 1, total: 3 });
  });

  test('says what the log leaves out, by its settings', async () => {
    const data = await slowLog(server.dsn(), ['--threshold', '50ms']);
    expect(source(data, 'log')).toMatchObject({ status: 'partial', reason: 'setting_off' });
    expect(source(data, 'log')?.message).toContain('between 50 ms and that are not logged');
  });

  test('a role that may not read it is told so; the grant that doctor names opens it', async () => {
    const dsn = server.dsn({ user: 'monitor' });
    const before = await slowLog(dsn, ['--threshold', '100ms']);
    expect(source(before, 'log')).toMatchObject({ status: 'skipped', reason: 'no_privilege', found: 0 });
    await server.query(
      'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text, bigint, bigint) TO monitor',
    );
    expect(told(await slowLog(dsn, ['--threshold', '100ms']))).toEqual(ALL);
  });

  test('what is no log is refused', async () => {
    const file = join(server.dataDirectory, 'nonsense');
    await writeFile(file, 'a\nb\n');
    const run = (...args: string[]) => runCli(['query', 'slow-log', '--dsn', server.dsn(), ...args]);
    expect((await run('--log-file', file)).envelope.error).toMatchObject({ code: 'invalid_input' });
    expect((await run('--log-file', '/nosuch')).exitCode).toBe(2);
    expect((await run('--since', 'yesterday')).exitCode).toBe(2);
    expect((await run('--log-line-prefix', '%m')).exitCode).toBe(2);
  });
});
