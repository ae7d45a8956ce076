import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  findCluster,
  listClusters,
  recordFingerprint,
  registerCluster,
  removeCluster,
} from '../../../src/cluster/registry.js';
import type { ClusterEntry } from '../../../src/cluster/registrySchema.js';

const ENTRY: ClusterEntry = {
  dsn: 'postgresql://monitor@db1/app',
  password_command: null,
  password_env: 'DB1_PASSWORD',
  patroni_urls: ['http://db1:8008'],
  tags: { env: 'prod' },
  replicas: ['db2'],
  fingerprint: null,
  tier: null,
  added_at: '2026-01-02T03:04:05.000Z',
};
const PIN = { fingerprint: 'a'.repeat(64), tier: 'system_identifier' } as const;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function register(name: string, entry: Partial<ClusterEntry> = {}, replace = false): Promise<void> {
  await registerCluster(home, name, { ...ENTRY, ...entry }, { replace });
}

test('a registered cluster is found as it was given', async () => {
  await register('prod');
  expect(await findCluster(home, 'prod')).toEqual({ name: 'prod', ...ENTRY });
});

test('the file has the shape that docs/registry.md shows', async () => {
  await register('prod');
  expect(JSON.parse(await readFile(join(home, 'clusters.json'), 'utf8'))).toEqual({
    schema: 'pgdba.clusters/1',
    clusters: { prod: ENTRY },
  });
});

test('clusters are listed by name', async () => {
  for (const name of ['b', 'a', 'B', '10']) await register(name);
  expect((await listClusters(home)).map(({ name }) => name)).toEqual(['10', 'B', 'a', 'b']);
});

test('an unknown cluster is an error that tells the known ones', async () => {
  await register('prod');
  await register('demo');
  await expect(findCluster(home, 'pord')).rejects.toMatchObject({
    code: 'unknown_cluster',
    exit: 5,
    message: 'there is no cluster "pord" in the registry',
    hint: 'Known are: demo, prod.',
  });
});

test('an empty registry says how to fill it', async () => {
  await expect(findCluster(home, 'prod')).rejects.toMatchObject({
    hint: 'The registry is empty; pgdba cluster add makes one.',
  });
});

test.each(['__proto__', 'constructor', 'toString', '..'])('%s is a name like any other', async (name) => {
  await expect(findCluster(home, name)).rejects.toMatchObject({ code: 'unknown_cluster' });
  await register(name);
  expect((await findCluster(home, name)).dsn).toBe(ENTRY.dsn);
  await removeCluster(home, name);
  expect(await listClusters(home)).toEqual([]);
});

test.each(['', 'a b', 'a/b', 'x'.repeat(64), 'ü', 'a\n'])('%j is no name', async (name) => {
  await expect(register(name)).rejects.toMatchObject({ code: 'usage', exit: 2 });
});

test('a name of 63 characters is one', async () => {
  await register('x'.repeat(63));
  expect(await listClusters(home)).toHaveLength(1);
});

describe('a name that is taken', () => {
  beforeEach(async () => {
    await register('prod');
    await recordFingerprint(home, 'prod', PIN.fingerprint, PIN.tier);
  });

  test('is a conflict', async () => {
    await expect(register('prod', { dsn: 'host=other' })).rejects.toMatchObject({
      code: 'cluster_exists',
      exit: 7,
    });
    expect((await findCluster(home, 'prod')).dsn).toBe(ENTRY.dsn);
  });

  test('is replaced on request, and another DSN has to be pinned again', async () => {
    await register('prod', { dsn: 'host=other' }, true);
    expect(await findCluster(home, 'prod')).toEqual({ name: 'prod', ...ENTRY, dsn: 'host=other' });
  });

  test('keeps its pin while the DSN stays', async () => {
    await register('prod', { tags: {} }, true);
    expect(await findCluster(home, 'prod')).toEqual({ name: 'prod', ...ENTRY, ...PIN, tags: {} });
  });
});

test('removing what is not there is an error, and makes no folder', async () => {
  const absent = join(home, 'absent');
  await expect(removeCluster(absent, 'prod')).rejects.toMatchObject({ code: 'unknown_cluster' });
  await expect(readFile(absent)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('removing one leaves the others', async () => {
  await register('a');
  await register('b');
  await removeCluster(home, 'a');
  expect((await listClusters(home)).map(({ name }) => name)).toEqual(['b']);
});

test('a fingerprint is not pinned to a cluster that is gone', async () => {
  await expect(recordFingerprint(home, 'prod', PIN.fingerprint, PIN.tier)).rejects.toMatchObject({
    code: 'unknown_cluster',
  });
});

test.each([
  ['an unknown key', { ...ENTRY, password: 'hunter2' }],
  ['a missing key', { dsn: 'host=x' }],
  ['a fingerprint that is none', { ...ENTRY, fingerprint: 'abc' }],
])('a file with %s is unusable, by its name and not by its values', async (_what, entry) => {
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, 'clusters.json'),
    JSON.stringify({ schema: 'pgdba.clusters/1', clusters: { prod: entry } }),
  );
  const error: unknown = await listClusters(home).catch((caught: unknown) => caught);
  const { message } = error as Error;
  expect(error).toMatchObject({ code: 'state_unusable' });
  expect(message).toContain(join(home, 'clusters.json'));
  expect(message).toContain('/clusters/prod');
  expect(message).not.toContain('hunter2');
});
