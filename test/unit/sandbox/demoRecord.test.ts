import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDemoRecord, removeDemoRecord, writeDemoRecord } from '../../../src/sandbox/demoRecord.js';

const demo = {
  server: {
    pid: 4711,
    processStart: '1',
    dataDirectory: '/tmp/pgdba-demo-x/data',
    socketDirectory: '/tmp/pgdba-demo-x/s',
    port: 5432,
  },
  version: '18.4.0-beta.17',
  directory: '/tmp/pgdba-demo-x',
  runsAs: null,
};

let home: string;
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'pgdba-unit-')), 'home');
});
afterEach(() => rm(join(home, '..'), { recursive: true, force: true }));

test('gives back what it recorded, in a file for its owner alone', async () => {
  expect(await readDemoRecord(home)).toBeUndefined();
  await writeDemoRecord(home, demo);
  expect(await readDemoRecord(home)).toEqual(demo);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  expect((await stat(join(home, 'demo.json'))).mode & 0o777).toBe(0o600);
  await removeDemoRecord(home);
  expect(await readdir(home)).toEqual([]);
});

test('never replaces the record of another server', async () => {
  await writeDemoRecord(home, demo);
  const second = { ...demo, directory: '/tmp/pgdba-demo-y' };
  await expect(writeDemoRecord(home, second)).rejects.toMatchObject({ code: 'lock_held', exit: 7 });
  expect(await readDemoRecord(home)).toEqual(demo);
  expect(await readdir(home)).toEqual(['demo.json']);
});

test.each([
  ['torn', '{"schema": "pgdba.demo/1", "demo": {"serv'],
  ['newer', JSON.stringify({ schema: 'pgdba.demo/2', demo })],
  ['incomplete', JSON.stringify({ schema: 'pgdba.demo/1', demo: { directory: '/tmp' } })],
  ['no record', 'null'],
])('refuses a record that is %s, and names the file', async (_what, text) => {
  await writeDemoRecord(home, demo);
  await writeFile(join(home, 'demo.json'), text);
  await expect(readDemoRecord(home)).rejects.toMatchObject({
    code: 'state_unusable',
    message: expect.stringContaining(join(home, 'demo.json')) as string,
  });
});
