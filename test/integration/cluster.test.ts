import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli, type CliOptions, type CliResult } from '../support/runCli.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function cluster(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runCli(['cluster', ...args], { home, ...options });
}

const REGISTERED = {
  name: 'prod',
  dsn: 'postgresql://monitor@db1,db2/app',
  password_command: 'pass show pg',
  password_env: null,
  patroni_urls: ['http://db1:8008', 'http://db2:8008'],
  tags: { env: 'prod', team: 'a=b' },
  replicas: ['db2', 'db3:5433'],
  fingerprint: null,
  tier: null,
  added_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
};

const ADD = [
  ...['add', 'prod', '--dsn', 'postgresql://monitor@db1,db2/app', '--password-command', 'pass show pg'],
  ...['--patroni-url', 'http://db1:8008', '--patroni-url', 'http://db2:8008', '--replica', 'db2'],
  ...['--replica', 'db3:5433', '--tag', 'env=prod', '--tag', 'team=a=b'],
];

test('a cluster is added, shown, listed and removed', async () => {
  const added = await cluster(ADD);
  expect([added.exitCode, added.envelope.data]).toEqual([0, { cluster: REGISTERED }]);
  expect((await cluster(['show', 'prod'])).envelope.data).toEqual({ cluster: REGISTERED });
  expect((await cluster(['list'])).envelope.data).toEqual({ clusters: [REGISTERED] });
  expect((await cluster(['remove', 'prod'])).envelope.data).toEqual({ removed: 'prod' });
  expect((await cluster(['list'])).envelope.data).toEqual({ clusters: [] });
});

test('the registry is a 0600 file in a 0700 folder', async () => {
  await cluster(ADD);
  const modes = await Promise.all(
    [join(home, '.pgdba', 'clusters.json'), join(home, '.pgdba')].map(
      async (path) => (await stat(path)).mode & 0o777,
    ),
  );
  expect(modes).toEqual([0o600, 0o700]);
});

test('looking does not make the folder', async () => {
  await cluster(['list']);
  await expect(stat(join(home, '.pgdba'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([[['add', '--dsn', 'host=db1']], [['show']], [['remove']]])(
  'a name that is missing is not taken from a pipe: %j',
  async (args) => {
    const { envelope } = await cluster(args, { input: 'prod\n' });
    expect(envelope.error).toMatchObject({ code: 'usage' });
  },
);

test.each([
  [['show', 'nope'], 5, 'unknown_cluster'],
  [['remove', 'nope'], 5, 'unknown_cluster'],
  [['check', 'nope'], 5, 'unknown_cluster'],
  [['add', 'prod'], 2, 'usage'],
  [['add', 'a/b', '--dsn', 'host=db1'], 2, 'usage'],
  [['add', 'prod', '--dsn', 'host=db1 port=x'], 2, 'connection_string_invalid'],
])('%j ends with %i %s', async (args, exitCode, code) => {
  const result = await cluster(args);
  expect([result.exitCode, result.envelope.error?.code]).toEqual([exitCode, code]);
});

test('a name that is taken is a conflict, unless --replace is given', async () => {
  await cluster(ADD);
  const again = await cluster(['add', 'prod', '--dsn', 'host=other']);
  expect([again.exitCode, again.envelope.error?.code]).toEqual([7, 'cluster_exists']);
  const replaced = await cluster(['add', 'prod', '--dsn', 'host=other', '--replace']);
  expect(replaced.envelope.data).toMatchObject({ cluster: { dsn: 'host=other', replicas: [] } });
});

test.each([
  ['postgresql://monitor:hunter2@db1/app'],
  ['postgresql://db1/app?password=hunter2'],
  ['host=db1 password=hunter2'],
  ['host=db1 sslpassword=hunter2'],
])('a password in the DSN %s is refused, said nowhere and stored nowhere', async (dsn) => {
  const { exitCode, envelope, stdout, stderr } = await cluster([
    'add',
    'prod',
    '--dsn',
    dsn,
    '--log-level',
    'debug',
  ]);
  expect([exitCode, envelope.error?.code]).toEqual([2, 'usage']);
  expect(envelope.error?.hint).toContain('--password-command');
  expect(stdout + stderr).not.toContain('hunter2');
  await expect(stat(join(home, '.pgdba'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('clusters added at the same time are all there', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  await Promise.all(names.map((name) => cluster(['add', name, '--dsn', `host=${name}`])));
  const { envelope } = await cluster(['list', '--fields', 'clusters.name']);
  expect(envelope.data).toEqual({ clusters: names.map((name) => ({ name })) });
});

describe('a state folder that cannot be used', () => {
  test('is told when it cannot be written', async () => {
    const result = await cluster(ADD, { env: { PGDBA_HOME: '/proc/pgdba' } });
    expect([result.exitCode, result.envelope.error?.code]).toEqual([5, 'state_unusable']);
    expect(result.envelope.error?.message).toContain('/proc/pgdba/clusters.json');
  });

  test('is told when the registry was written by a newer pgdba, which stays as it is', async () => {
    await mkdir(join(home, '.pgdba'), { mode: 0o700 });
    const newer = '{"schema": "pgdba.clusters/2", "clusters": []}';
    await writeFile(join(home, '.pgdba', 'clusters.json'), newer);
    for (const args of [['list'], ADD]) {
      const result = await cluster(args);
      expect([result.exitCode, result.envelope.error?.code]).toEqual([5, 'state_unusable']);
      expect(result.envelope.error?.message).toContain('a newer pgdba wrote it');
    }
    expect(await readFile(join(home, '.pgdba', 'clusters.json'), 'utf8')).toBe(newer);
  });
});

describe('defaults.json', () => {
  async function withDefaults(text: string): Promise<CliResult> {
    await mkdir(join(home, '.pgdba'), { mode: 0o700 });
    await writeFile(join(home, '.pgdba', 'defaults.json'), text);
    return cluster(['list']);
  }

  test('takes flags of any command, with dashes or underscores, and a schema', async () => {
    const { stdout } = await withDefaults(
      '{"schema": "x", "statement_timeout": "5s", "sections": "a", "format": "yaml"}',
    );
    expect(stdout).toMatch(/^schema: /);
  });

  test.each([
    ['{"formt": "yaml"}', '"formt" is no flag of any command'],
    ['{"max-bytes": "30kB", "max_bytes": "40kB"}', 'it says "max-bytes" twice'],
    ['{"dsn": "postgresql://u:hunter2@h" oops', 'it is not JSON'],
    ['["format"]', 'it holds no JSON object'],
  ])('%s is told', async (text, reason) => {
    const { exitCode, envelope, stdout } = await withDefaults(text);
    expect([exitCode, envelope.error?.code]).toEqual([5, 'state_unusable']);
    expect(envelope.error?.message).toBe(
      `${join(home, '.pgdba', 'defaults.json')} cannot be used: ${reason}`,
    );
    expect(stdout).not.toContain('hunter2');
  });
});
