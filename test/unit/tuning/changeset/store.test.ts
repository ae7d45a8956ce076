import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChangeSetStore } from '../../../../src/tuning/changeset/store.js';
import { changeSet, FINGERPRINT, idOf } from './changeSets.js';

let home: string;
let store: ChangeSetStore;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  store = new ChangeSetStore(home, FINGERPRINT);
  folder = join(home, 'snapshots', FINGERPRINT, 'changesets');
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('gives back what was saved, by an id in whatever case', async () => {
  await store.save(changeSet());
  expect(await store.load(idOf(1))).toEqual(changeSet());
  expect(await store.load(idOf(1).toUpperCase())).toEqual(changeSet());
  expect(await readdir(folder)).toEqual([`${idOf(1)}.json`]);
});

test('replaces a changeset as a whole', async () => {
  await store.save(changeSet());
  await store.save(changeSet({ status: 'applied', applied_at: '2026-01-01T00:00:01.000Z' }));
  expect((await store.load(idOf(1))).status).toBe('applied');
  expect(await readdir(folder)).toEqual([`${idOf(1)}.json`]);
});

test.each([
  idOf(2),
  '',
  'nope',
  '../../../clusters',
  `../changesets/${idOf(1)}`,
  `${idOf(1)}.json`,
  `${idOf(1)}\n`,
])('does not know %j', async (id) => {
  await writeFile(join(home, 'clusters.json'), '{"schema": "pgdba.changeset/1"}');
  await store.save(changeSet());
  await expect(store.load(id)).rejects.toMatchObject({ code: 'unknown_changeset', exit: 5 });
});

test('keeps no changeset under a name that is no UUID', async () => {
  await expect(store.save(changeSet({ id: '../escaped' }))).rejects.toMatchObject({
    code: 'unknown_changeset',
  });
  expect(() => store.journalPath('../escaped')).toThrow('there is no changeset');
  expect(await readdir(home)).toEqual([]);
});

test('lists the newest first, and says which it could not read', async () => {
  const days = [3, 1, 2];
  for (const day of days) {
    await store.save(changeSet({ id: idOf(day), created_at: `2026-01-0${String(day)}T00:00:00.000Z` }));
  }
  await writeFile(join(folder, `${idOf(2)}.json`), '{"schema": "pgdba.change');
  await writeFile(join(folder, 'notes.txt'), 'not ours');
  const { changeSets, broken } = await store.list();
  expect(changeSets.map(({ id }) => id)).toEqual([idOf(3), idOf(1)]);
  expect(broken).toMatchObject([
    { code: 'state_unusable', message: `${join(folder, `${idOf(2)}.json`)} cannot be used: it is not JSON` },
  ]);
});

test('is empty where nothing was ever changed', async () => {
  expect(await store.list()).toEqual({ changeSets: [], broken: [] });
});

test.each([
  ['a newer one', { schema: 'pgdba.changeset/2' }, 'a newer pgdba wrote it'],
  ['another one', { id: idOf(9) }, 'it holds another changeset'],
  ['one of another cluster', { fingerprint: 'cd'.repeat(32) }, 'it is of another cluster'],
  ['a status nobody knows', { status: 'dancing' }, '/status must be equal to one of the allowed values'],
])('%s in its file is an error that names it', async (_what, fields, reason) => {
  await store.save(changeSet());
  const path = join(folder, `${idOf(1)}.json`);
  await writeFile(path, JSON.stringify({ ...changeSet(), ...fields }));
  await expect(store.load(idOf(1))).rejects.toMatchObject({
    code: 'state_unusable',
    message: expect.stringContaining(`${path} cannot be used: ${reason}`) as string,
  });
});

test('closes the folders of a cluster to others, whatever is in them', async () => {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'x'), '');
  await store.save(changeSet());
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});
