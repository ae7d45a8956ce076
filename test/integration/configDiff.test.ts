import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigDiffData } from '../../src/tuning/diffData.js';
import { MAJORS, sharedServer } from '../support/cluster.js';
import { type CliOptions, type CliResult, runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

interface Diffed extends CliResult {
  readonly data: ConfigDiffData;
  /** [parameter, current, other] of each difference. */
  readonly rows: readonly (readonly [string, string, string])[];
  readonly warned: readonly string[];
}

async function diff(dsn: string, args: readonly string[], options: CliOptions = {}): Promise<Diffed> {
  const result = await runCli(['config', 'diff', '--dsn', dsn, ...args], options);
  const { envelope } = result;
  if (envelope.data === null) throw new Error(`config diff told nothing: ${JSON.stringify(envelope.error)}`);
  const data = envelope.data as unknown as ConfigDiffData;
  return {
    ...result,
    envelope,
    data,
    rows: data.differences.map(({ parameter, current, other }) => [parameter, current, other] as const),
    warned: envelope.warnings.map(({ code }) => code),
  };
}

const HOST = ['--ram', '64GB', '--cpus', '16', '--storage', 'ssd', '--workload', 'oltp'];

describe.each(MAJORS)('config diff on PostgreSQL %i', (major) => {
  const server = sharedServer(major);

  test('tells with reasons what config tune recommends', async () => {
    const { data, exitCode } = await diff(server.dsn(), [...HOST, '--exit-code']);
    expect(exitCode).toBe(3);
    expect(data.against).toMatchObject({
      ...{ kind: 'recommendations', name: 'oltp, standard', workload: 'oltp', profile: 'standard' },
    });
    const buffers = data.differences.find(({ parameter }) => parameter === 'shared_buffers');
    expect(buffers).toMatchObject({
      ...{ current: '16MB', other: '16GB', recommended: '16GB', needs_restart: true, context: 'postmaster' },
      override: { patroni_override: 'not_managed', masked_by: [] },
    });
    for (const row of data.differences) {
      expect(row.rationale).not.toBe('');
      expect(Object.keys(row.evidence ?? {})).not.toEqual([]);
      expect(['high', 'medium', 'low']).toContain(row.confidence);
      expect(row.other).not.toBe(row.current);
    }
    expect(data.host?.ram_bytes).toMatchObject({ value: 64 * 1024 ** 3, origin: 'flag' });
  });

  test('has the rows of config tune', async () => {
    const tuned = await runCli(['config', 'tune', '--dsn', server.dsn(), ...HOST]);
    const rows = (tuned.envelope.data as { recommendations: { parameter: string; recommended: string }[] })
      .recommendations;
    const { data } = await diff(server.dsn(), HOST);
    const told = (list: readonly { parameter: string; recommended: string | null }[]): string[] =>
      list.map(({ parameter, recommended }) => `${parameter} = ${recommended ?? ''}`);
    expect(told(data.differences)).toEqual(told(rows));
  });

  test('compares a configuration file by PostgreSQL’s own rules', async () => {
    const input = [
      "shared_buffers = '0.015625GB'",
      'max_connections = 0x3c',
      "datestyle = 'iso, mdy'",
      'autovacuum_naptime = 24h',
      'checkpoint_timeout = 600000ms',
      'WORK_MEM = 64MB',
      'work_mem = 65536 # the last one counts',
      'random_page_cost = cheap',
      'no_such_parameter = 1',
      'my.thing = 1',
      "include 'other.conf'",
    ].join('\n');
    const { rows, data, exitCode, warned } = await diff(server.dsn(), ['--file', '-', '--exit-code'], {
      input,
    });
    expect(rows).toEqual([
      ['checkpoint_timeout', '5min', '10min'],
      ['work_mem', '4MB', '64MB'],
    ]);
    expect(data.invalid).toMatchObject([{ parameter: 'random_page_cost', value: 'cheap', line: 8 }]);
    expect(data.unknown.map(({ parameter, reason }) => [parameter, reason])).toEqual([
      ['no_such_parameter', 'no_such_parameter'],
      ['my.thing', 'no_such_parameter'],
    ]);
    expect([exitCode, data.against.format, warned.includes('include_not_followed')]).toEqual([
      3,
      'conf',
      true,
    ]);
  });

  test('finds nothing between a server and what config show saved of it', async () => {
    const saved = await runCli(['config', 'show', '--dsn', server.dsn()]);
    const { data, exitCode } = await diff(server.dsn(), ['--file', '-', '--all', '--exit-code'], {
      input: saved.stdout,
    });
    expect([data.differences, data.unknown, data.invalid, exitCode]).toEqual([[], [], [], 0]);
    expect(data.compared).toBe((saved.envelope.data as { total: number }).total);
  });
});

describe('config diff with another server', () => {
  let [one, other]: TestServer[] = [];
  let home: string;
  const dsn = (server: TestServer | undefined, user = 'postgres'): string => server?.dsn({ user }) ?? '';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgdba-diff-'));
    const conninfo = (password: string): string => `host=nowhere password=${password}`;
    [one, other] = await Promise.all([
      startServer({
        major: 18,
        settings: { work_mem: '8MB', primary_conninfo: conninfo('geheim'), wal_keep_size: '64MB' },
      }),
      startServer({
        major: 18,
        settings: { work_mem: '8192kB', primary_conninfo: conninfo('gestohlen'), jit: 'off' },
        commandLine: { wal_keep_size: '128MB' },
      }),
    ]);
    for (const server of [one, other]) await server.query('CREATE ROLE bare LOGIN');
  });
  afterAll(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await rm(home, { recursive: true, force: true });
  });

  test('compares what is in force, not what differs by nature', async () => {
    const { rows, data } = await diff(dsn(one), ['--other-dsn', dsn(other)]);
    expect(rows).toEqual([
      ['jit', 'on', 'off'],
      ['wal_keep_size', '64MB', '128MB'],
    ]);
    expect(data.differences[1]).toMatchObject({
      ...{ source: 'command line', current_source: 'configuration file' },
      rationale: 'there it comes from: command line',
    });
    expect(data.left_out).toEqual(expect.arrayContaining(['port', 'data_directory', 'primary_conninfo']));
    expect(data.against).toMatchObject({
      ...{ kind: 'cluster', name: `127.0.0.1:${String(other?.port)}`, server_version_num: 180004 },
    });
  });

  test('compares with --all everything, secrets too, and shows none', async () => {
    const { rows, data, stdout } = await diff(dsn(one), ['--other-dsn', dsn(other), '--all']);
    const names = rows.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['port', 'data_directory', 'primary_conninfo', 'unix_socket_directories']),
    );
    expect(data.differences.find(({ parameter }) => parameter === 'primary_conninfo')).toMatchObject({
      ...{ masked: true, current: 'host=nowhere password=********', other: 'host=nowhere password=********' },
    });
    expect(stdout).not.toMatch(/geheim|gestohlen/);
  });

  test('knows the other one by its name in the registry, and warns when it is not who it was', async () => {
    const add = [
      'cluster',
      'add',
      'other',
      '--dsn',
      `host=127.0.0.1 port=${String(other?.port)} user=postgres`,
    ];
    await runCli(add, { home });
    await runCli(['cluster', 'check', 'other'], { home });
    const same = await diff(dsn(one), ['--other', 'other'], { home });
    expect(same.data.against.name).toBe('other');
    expect(same.envelope.cluster?.node.port).toBe(one?.port);
    expect(same.warned).not.toContain('fingerprint_mismatch');
    const registry = join(home, '.pgdba', 'clusters.json');
    const pinned = await readFile(registry, 'utf8');
    await writeFile(registry, pinned.replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`));
    expect((await diff(dsn(one), ['--other', 'other'], { home })).warned).toContain('fingerprint_mismatch');
    const unknown = await runCli(['config', 'diff', '--dsn', dsn(one), '--other', 'nobody'], { home });
    expect([unknown.exitCode, unknown.envelope.error?.code]).toEqual([5, 'unknown_cluster']);
  });

  test('tells what a role cannot see as unknown, not as a difference', async () => {
    const there = await diff(dsn(one), ['--other-dsn', dsn(other, 'bare')]);
    expect(there.rows.map(([name]) => name)).toEqual(['jit', 'wal_keep_size']);
    expect(there.data.unknown).toContainEqual(
      expect.objectContaining({ parameter: 'shared_preload_libraries', reason: 'hidden_there' }),
    );
    expect(there.warned).toContain('settings_hidden');
    const here = await diff(dsn(one, 'bare'), ['--other-dsn', dsn(other)]);
    expect(here.data.unknown).toContainEqual(
      expect.objectContaining({ parameter: 'shared_preload_libraries', reason: 'hidden' }),
    );
  });

  test('finds it in its own database, whatever --dbname says of this one', async () => {
    await one?.query('CREATE DATABASE onlyhere');
    await one?.query("ALTER DATABASE onlyhere SET work_mem = '10MB'");
    const { rows, data } = await diff(dsn(one), ['--dbname', 'onlyhere', '--other-dsn', dsn(other)]);
    expect(rows).toContainEqual(['work_mem', '10MB', '8MB']);
    const row = data.differences.find(({ parameter }) => parameter === 'work_mem');
    expect(row).toMatchObject({
      ...{ current_source: 'database', pending: null },
      override: { masked_by: [{ level: 'database', database: 'onlyhere' }] },
    });
  });

  test('cannot reach it', async () => {
    const unreachable = 'host=127.0.0.1 port=1 user=postgres';
    const { exitCode, envelope } = await runCli(
      ['config', 'diff', '--dsn', dsn(one), '--other-dsn', unreachable],
      { home },
    );
    expect([exitCode, envelope.error?.code]).toEqual([4, 'connection_refused']);
  });

  test('a changeset is compared with what its reset would leave', async () => {
    await one?.query("ALTER SYSTEM SET work_mem = '32MB'");
    await one?.query("ALTER SYSTEM SET deadlock_timeout = '3s'");
    await one?.query('SELECT pg_reload_conf()');
    const parameters = [
      { name: 'work_mem', new_value: null },
      { name: 'Deadlock_Timeout', new_value: null },
      { name: 'jit', new_value: true },
      { name: 'max_connections', new_value: 70 },
    ];
    const { rows, data } = await diff(dsn(one), ['--file', '-'], { input: JSON.stringify({ parameters }) });
    expect(rows).toEqual([
      ['work_mem', '32MB', '8MB'],
      ['deadlock_timeout', '3s', '1s'],
      ['max_connections', '60', '70'],
    ]);
    expect(data.against.format).toBe('changeset');
  });
});

describe('config diff is used wrongly when', () => {
  const dsn = sharedServer(16).dsn();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdba-diff-'));
    await writeFile(join(folder, 'latin1.conf'), Buffer.from([0x61, 0x3d, 0xe4, 0x0a]));
    await writeFile(join(folder, 'broken.conf'), 'work_mem = 1MB\n= 3\n');
    await writeFile(join(folder, 'fine.conf'), 'work_mem = 4MB\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    ['the file is not there', ['--file', 'nowhere.conf'], 'invalid_input', 'nowhere.conf'],
    ['the file is a folder', ['--file', '.'], 'invalid_input', 'directory'],
    ['the file is no text', ['--file', 'latin1.conf'], 'invalid_input', 'UTF-8'],
    ['the file has a line that nobody can read', ['--file', 'broken.conf'], 'invalid_input', 'line 2'],
    ['two targets are given', ['--file', 'fine.conf', '--other', 'x'], 'usage', 'together'],
    ['a file is given for a workload', ['--file', 'fine.conf', '--workload', 'oltp'], 'usage', 'together'],
    ['--all has nothing to do', ['--file', 'fine.conf', '--all'], 'usage', '--all'],
    ['--all has nothing to do with recommendations', ['--all'], 'usage', '--all'],
  ])('%s', async (_what, args, code, message) => {
    const { exitCode, envelope } = await runCli(['config', 'diff', '--dsn', dsn, ...args], { cwd: folder });
    expect([exitCode, envelope.error?.code]).toEqual([2, code]);
    expect(envelope.error?.message).toContain(message);
  });

  test('what PGDBA_WORKLOAD says does not stand in the way of a file', async () => {
    const env = { PGDBA_WORKLOAD: 'oltp' };
    const { exitCode } = await diff(dsn, ['--file', 'fine.conf', '--exit-code'], { env, cwd: folder });
    expect(exitCode).toBe(0);
  });
});

test('the table of a recommendation is read from top to bottom', async () => {
  const args = ['config', 'diff', '--dsn', sharedServer(17).dsn(), ...HOST, '--format', 'table'];
  const { stdout } = await runCli(args);
  const block = stdout
    .split('\n\n')
    .find((part) => /^(differences\n)?parameter +shared_buffers$/m.test(part));
  expect(block).toMatch(/^current +16MB$/m);
  expect(block).toMatch(/^other +16GB$/m);
  expect(block).toMatch(/^rationale +\S.*RAM/m);
  expect(block).toMatch(/^evidence\.ram_bytes +68719476736$/m);
});
