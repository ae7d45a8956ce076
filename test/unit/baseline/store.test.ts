import { cp, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BaselineHead } from '../../../src/baseline/head.js';
import { METRICS } from '../../../src/baseline/metrics/registry.js';
import { slimOf } from '../../../src/baseline/slim.js';
import { BaselineStore } from '../../../src/baseline/store.js';
import { documentOf, FINGERPRINT } from './documents.js';

const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

let home: string;
let store: BaselineStore;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-store-'));
  store = new BaselineStore(home, FINGERPRINT);
});
afterEach(() => rm(home, { recursive: true }));

function save(n: number, collected_at = `2026-03-0${String(n)}T00:00:00Z`): Promise<BaselineHead> {
  return store.save(documentOf(idOf(n), { collected_at }));
}

async function listed(): Promise<{ ids: string[]; broken: string[] }> {
  const { heads, broken } = await store.heads();
  return { ids: heads.map(({ id }) => id), broken: broken.map(({ message }) => message) };
}

function fileOf(n: number, extension: string): string {
  return join(store.folder, `${idOf(n)}.${extension}`);
}

test('what was saved is listed by its time, and read as it was', async () => {
  await save(2);
  const head = await save(1);
  expect(await listed()).toEqual({ ids: [idOf(1), idOf(2)], broken: [] });
  const document = documentOf(idOf(1));
  expect(await store.load(head)).toEqual(document);
  expect(await store.slim(head)).toEqual(slimOf(document, METRICS));
  expect((await readdir(store.folder)).sort()).toHaveLength(6);
});

test('ten writers at once do not spoil each other', async () => {
  await Promise.all(Array.from({ length: 10 }, (_one, i) => save(i + 1, '2026-03-01T00:00:00Z')));
  const { heads, broken } = await store.heads();
  expect(broken).toEqual([]);
  expect(new Set((await Promise.all(heads.map((head) => store.load(head)))).map(({ id }) => id)).size).toBe(
    10,
  );
});

test('without head and slim, or with broken ones, a baseline is as good', async () => {
  const before = [await save(1), await save(2), await save(3), await save(4)];
  const slims = await Promise.all(before.map((head) => store.slim(head)));
  await Promise.all([rm(fileOf(1, 'head.json')), rm(fileOf(1, 'slim.json.gz'))]);
  await Promise.all([writeFile(fileOf(2, 'head.json'), ''), writeFile(fileOf(2, 'slim.json.gz'), '')]);
  await Promise.all([truncate(fileOf(3, 'head.json'), 50), truncate(fileOf(3, 'slim.json.gz'), 50)]);
  // Those of another baseline, which a careless hand may have copied.
  await cp(fileOf(1, 'json.gz'), fileOf(4, 'slim.json.gz'));
  await cp(fileOf(3, 'head.json'), fileOf(4, 'head.json'));
  const { heads, broken } = await store.heads();
  expect(broken).toEqual([]);
  expect(heads).toEqual(before);
  expect(await Promise.all(heads.map((head) => store.slim(head)))).toEqual(slims);
});

test('a slim that was made for other metrics is made anew', async () => {
  const head = await save(1);
  const file = JSON.stringify({
    schema: 'pgdba.baseline-slim/1',
    document_sha256: head.sha256,
    metrics_sha256: '0'.repeat(64),
    slim: { id: head.id, collectedAt: '', moment: head.moment, samples: {} },
  });
  await writeFile(fileOf(1, 'slim.json.gz'), gzipSync(file), { mode: 0o600 });
  expect(await store.slim(head)).toEqual(slimOf(await store.load(head), METRICS));
});

test('documents that cannot be used are named, and cost no other', async () => {
  for (let n = 1; n <= 8; n++) await save(n);
  await truncate(fileOf(1, 'json.gz'), 0);
  await truncate(fileOf(2, 'json.gz'), 200);
  await writeFile(fileOf(3, 'json.gz'), 'garbage');
  await writeFile(fileOf(4, 'json.gz'), gzipSync('{"schema":"pgdba.baseline/2"}'));
  const foreign = { ...documentOf(idOf(5)).cluster, fingerprint: 'e'.repeat(64) };
  await writeFile(fileOf(5, 'json.gz'), gzipSync(JSON.stringify(documentOf(idOf(5), { cluster: foreign }))));
  await cp(fileOf(8, 'json.gz'), fileOf(6, 'json.gz'));
  await rm(fileOf(6, 'head.json'));
  await writeFile(fileOf(7, 'json.gz'), gzipSync('{"schema":"pgdba.baseline/1","id":7}'));
  const { ids, broken } = await listed();
  expect(ids).toEqual([idOf(8)]);
  expect(broken.map((message) => message.replace(`${store.folder}/`, '').slice(35)).sort()).toEqual([
    '1.json.gz cannot be used: it is empty',
    '2.json.gz cannot be used: it is cut off, or no gzip of a text',
    '3.json.gz cannot be used: it is not JSON',
    '4.json.gz cannot be used: a newer pgdba wrote it (pgdba.baseline/2; this one knows pgdba.baseline/1)',
    '5.json.gz cannot be used: it is of another cluster',
    '6.json.gz cannot be used: it holds another baseline',
    expect.stringMatching(/^7\.json\.gz cannot be used: .*required property/),
  ]);
});

test('a document of the right size that was changed is refused when it is read', async () => {
  const head = await save(1);
  const bytes = await readFile(head.path);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  await writeFile(head.path, bytes);
  expect((await listed()).ids).toEqual([head.id]);
  await expect(store.load(head)).rejects.toMatchObject({ code: 'state_unusable' });
  // What metrics look at is still there, in a file of its own.
  expect((await store.slim(head)).id).toBe(head.id);
});

test('removing one leaves the others; what a kill in between left is no baseline and is found', async () => {
  const [first, second] = [await save(1), await save(2)];
  await rm(fileOf(2, 'json.gz'));
  await store.remove(first);
  await store.remove(first);
  expect(await listed()).toEqual({ ids: [], broken: [] });
  const fresh = join(store.folder, `.${idOf(3)}.json.gz.aaaaaa.tmp`);
  const old = join(store.folder, `.${idOf(4)}.json.gz.bbbbbb.tmp`);
  const stranger = join(store.folder, 'notes.txt');
  await Promise.all([fresh, old, stranger].map((path) => writeFile(path, 'x')));
  await utimes(old, 0, 0);
  const leftovers = await store.leftovers(new Date());
  expect([...leftovers].sort()).toEqual([old, fileOf(2, 'head.json'), fileOf(2, 'slim.json.gz')].sort());
  await store.removeLeftovers(leftovers);
  expect((await readdir(store.folder)).sort()).toEqual(
    [`.${idOf(3)}.json.gz.aaaaaa.tmp`, 'notes.txt'].sort(),
  );
  await expect(store.load(second)).rejects.toMatchObject({ code: 'state_unusable' });
});
