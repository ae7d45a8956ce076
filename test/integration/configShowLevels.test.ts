import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAJORS } from '../support/cluster.js';
import { until } from '../support/inspected.js';
import { startServer, type TestServer } from '../support/servers.js';
import { configShow, type Shown } from './shownConfiguration.js';

/** Runs each statement by itself: ALTER SYSTEM refuses to run with others. */
async function run(server: TestServer, ...statements: string[]): Promise<void> {
  const client = await server.client();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Reloads, and waits until a new session sees it. */
async function reload(server: TestServer, sign: string): Promise<void> {
  await run(server, 'SELECT pg_reload_conf()');
  await until(async () =>
    (await server.query(`SELECT ${sign} AS done`))[0]?.['done'] === true ? true : undefined,
  );
}

const isFlagged = (name: string): string =>
  `(SELECT pending_restart FROM pg_settings WHERE name = '${name}')`;

async function confLines(server: TestServer, ...lines: string[]): Promise<void> {
  await appendFile(join(server.dataDirectory, 'postgresql.conf'), `${lines.join('\n')}\n`);
}

/** Every level has a say: two files of conf.d, the command line, databases and roles, postgresql.auto.conf. */
async function prepare(server: TestServer): Promise<void> {
  const folder = join(server.dataDirectory, 'conf.d');
  await mkdir(folder);
  await writeFile(join(folder, '10.conf'), 'random_page_cost = 2.5\n');
  await writeFile(join(folder, '20.conf'), "random_page_cost = '20e-1'\ndeadlock_timeout = 3s\n");
  await confLines(
    server,
    'random_page_cost = 3',
    "include_dir = 'conf.d'",
    "application_name = 'of the file'",
  );
  await run(
    server,
    'CREATE ROLE app LOGIN',
    'CREATE DATABASE appdb TEMPLATE template0',
    "ALTER ROLE app SET work_mem = '9MB'",
    "ALTER DATABASE appdb SET work_mem = '10MB'",
    "ALTER ROLE app IN DATABASE appdb SET work_mem = '11MB'",
    'ALTER ROLE ALL SET geqo_effort = 6',
    "ALTER DATABASE appdb SET statement_timeout = '7s'",
    "ALTER DATABASE appdb SET search_path = 'app', 'public'",
    "ALTER DATABASE appdb SET TimeZone = 'Asia/Tokyo'",
    "ALTER DATABASE appdb SET default_transaction_read_only = 'on'",
    "ALTER SYSTEM SET deadlock_timeout = '4s'",
    "ALTER SYSTEM SET maintenance_work_mem = '100MB'",
    "ALTER SYSTEM SET max_worker_processes = '20'",
    "ALTER SYSTEM SET max_locks_per_transaction = '128'",
    "ALTER SYSTEM SET primary_conninfo = 'host=nowhere password=geheim'",
  );
  await reload(server, isFlagged('max_locks_per_transaction'));
  await run(
    server,
    'ALTER SYSTEM RESET max_locks_per_transaction',
    "ALTER SYSTEM SET max_connections = '70'",
    "ALTER SYSTEM SET wal_buffers = '-1'",
    "ALTER SYSTEM SET backend_flush_after = '100kB'",
  );
  await reload(server, isFlagged('max_connections'));
  await run(server, "ALTER SYSTEM SET log_temp_files = '1MB'");
}

describe.each(MAJORS)('the levels of a PostgreSQL %i', (major) => {
  let server: TestServer;
  let shown: Shown;

  beforeAll(async () => {
    const commandLine = { maintenance_work_mem: '77MB', max_worker_processes: '12' };
    server = await startServer({ major, name: `levels${String(major)}`, commandLine });
    await prepare(server);
    shown = await configShow(server.dsn());
  });
  afterAll(() => server.stop());

  test('the command line wins, and a flag of a restart for it is a lie', () => {
    expect(shown.of('maintenance_work_mem')).toMatchObject({
      ...{ display: '77MB', source: 'command line', file_value: '100MB', pending: 'none' },
      masked_by: [{ level: 'command_line', database: null, role: null, value: '77MB', sourcefile: null }],
    });
    expect(shown.of('max_worker_processes')).toMatchObject({
      ...{ value: '12', source: 'command line', file_value: '20', pending: 'none', pending_restart: true },
    });
    expect(shown.warnings).toEqual(
      expect.arrayContaining([
        'auto_conf_masked maintenance_work_mem',
        'auto_conf_masked max_worker_processes',
        'pending_restart_stale max_worker_processes',
      ]),
    );
  });

  test('what databases and roles have is told beside the value of the server', () => {
    const mask = (level: string, database: string | null, role: string | null, value: string) => ({
      ...{ level, database, role, value },
      sourcefile: null,
    });
    expect(shown.of('work_mem')).toMatchObject({ display: '4MB', source: 'default' });
    expect(shown.of('work_mem').masked_by).toEqual([
      mask('database_role', 'appdb', 'app', '11MB'),
      mask('database', 'appdb', null, '10MB'),
      mask('role', null, 'app', '9MB'),
    ]);
    expect(shown.of('geqo_effort')).toMatchObject({ value: '6', source: 'global' });
    expect(shown.of('geqo_effort').masked_by).toEqual([mask('role', null, null, '6')]);
  });

  test('of the files the last wins, and postgresql.auto.conf in the end', () => {
    const place = (file: string): string => join(server.dataDirectory, file);
    expect(shown.of('random_page_cost')).toMatchObject({
      ...{ value: '2', source: 'configuration file', sourcefile: place('conf.d/20.conf'), sourceline: 1 },
      ...{ pending: 'none', file_value: null },
      masked_by: [{ level: 'include', value: '20e-1', sourcefile: place('conf.d/20.conf') }],
    });
    expect(shown.of('deadlock_timeout')).toMatchObject({
      ...{ value: '4000', display: '4s', pending: 'none' },
      masked_by: [{ level: 'auto_conf', value: '4s', sourcefile: place('postgresql.auto.conf') }],
    });
  });

  test('what waits is told by comparing values, not by the server’s flag', () => {
    expect(shown.of('max_locks_per_transaction')).toMatchObject({
      ...{ value: '64', pending: 'none', pending_restart: true, file_value: null },
    });
    expect(shown.warnings).toContain('pending_restart_stale max_locks_per_transaction');
    expect(shown.of('max_connections')).toMatchObject({
      ...{ value: '60', pending: 'restart', pending_restart: true, file_value: '70' },
    });
    expect(shown.of('log_temp_files')).toMatchObject({ value: '-1', pending: 'reload', file_value: '1MB' });
    expect(shown.of('wal_buffers')).toMatchObject({ value: '64', pending: 'none', file_value: null });
    expect(shown.of('backend_flush_after')).toMatchObject({ value: '12', pending: 'none', file_value: null });
    expect(shown.of('DateStyle')).toMatchObject({ value: 'ISO, MDY', pending: 'none' });
    expect(shown.data.files).toEqual([]);
  });

  test('--pending-restart shows what really waits for one', async () => {
    // primary_conninfo needs no restart since PostgreSQL 13.
    const waiting = major === 12 ? ['max_connections', 'primary_conninfo'] : ['max_connections'];
    expect((await configShow(server.dsn(), ['--pending-restart'])).names).toEqual(waiting);
  });

  test('the secret of a setting shows nowhere', () => {
    const [inForce, inFile] =
      major === 12 ? ['', 'host=nowhere password=********'] : ['host=nowhere password=********', null];
    expect(shown.of('primary_conninfo')).toMatchObject({ value: inForce, file_value: inFile });
    expect(JSON.stringify(shown.envelope)).not.toContain('geheim');
  });

  test('values are those of a new session in that database, whatever pgdba sets for itself', async () => {
    const there = await configShow(server.dsn({ dbname: 'appdb', user: 'app' }));
    const seen = (name: string): unknown[] => [there.of(name).value, there.of(name).source];
    expect(seen('work_mem')).toEqual(['11264', 'database user']);
    expect(seen('statement_timeout')).toEqual(['7000', 'database']);
    expect(seen('search_path')).toEqual(['app, public', 'database']);
    expect(seen('TimeZone')).toEqual(['Asia/Tokyo', 'database']);
    expect(seen('default_transaction_read_only')).toEqual(['on', 'database']);
    expect(shown.of('application_name')).toMatchObject({
      value: 'of the file',
      source: 'configuration file',
    });
    expect(shown.of('client_encoding')).toMatchObject({ value: 'UTF8', source: 'default' });
  });

  test('an error in a file is told with its line, and what waits is then not guessed', async () => {
    const own = join(server.dataDirectory, 'postgresql.conf');
    const before = await readFile(own, 'utf8');
    const line = before.split('\n').length;
    await confLines(server, 'work_mem = banana', 'no_such_parameter = 1');
    const named = await configShow(server.dsn(), ['work_mem']);
    expect(named.data.files).toContainEqual({
      ...{ sourcefile: own, sourceline: line + 1, name: 'no_such_parameter' },
      error: 'unrecognized configuration parameter',
    });
    expect(named.of('work_mem')).toMatchObject({ value: '4096', file_value: 'banana', pending: 'none' });
    await writeFile(own, `${before}work_mem ==\n`);
    const broken = await configShow(server.dsn(), ['work_mem']);
    expect(broken.data.files).toEqual([
      { sourcefile: own, sourceline: line, name: null, error: 'syntax error' },
    ]);
    expect(broken.warnings).toContain('configuration_file_error');
    expect(broken.of('work_mem').pending).toBeNull();
    await writeFile(own, before);
    expect((await configShow(server.dsn(), ['work_mem'])).data.files).toEqual([]);
  });
});
