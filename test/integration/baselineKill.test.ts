import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BaselineStore } from '../../src/baseline/store.js';
import { fewAtOnce } from '../../src/core/fewAtOnce.js';
import { sharedHome } from '../support/changes.js';
import { sharedServer } from '../support/cluster.js';
import { counting, countedIn, type FileFault, killAt, type Operation } from '../support/killAt.js';
import { type CliResult, runCli } from '../support/runCli.js';

const LONG = { timeout: 120_000 };
const WORDS = ['baseline', '--sections', 'io', '--quiet', '--dsn', sharedServer(18).dsn()];
/** Each in a home of its own. */
const AT_ONCE = 3;

let operations: readonly Operation[];
let fingerprint: string;
beforeAll(async () => {
  const { home, remove } = await sharedHome();
  const file = join(home, 'operations');
  const { envelope } = await runCli(WORDS, { home, env: counting(file) });
  fingerprint = envelope.cluster?.fingerprint ?? '';
  operations = await countedIn(file);
  await remove();
});

interface Struck {
  readonly n: number;
  readonly result: CliResult;
  readonly usable: number;
  readonly broken: readonly string[];
}

/** Takes a baseline with a fault at each of the operations, where another one is stored before, and looks what is left. */
function strikeAt(fault: FileFault, numbers: readonly number[]): Promise<Struck[]> {
  return fewAtOnce(numbers, AT_ONCE, async (n) => {
    const { home, remove } = await sharedHome();
    const result = await runCli(WORDS, { home, env: killAt(fault, n) });
    const store = new BaselineStore(join(home, '.pgdba'), fingerprint);
    const { heads, broken } = await store.heads();
    for (const head of heads) {
      expect((await store.load(head)).id).toBe(head.id);
      expect((await store.slim(head)).id).toBe(head.id);
    }
    await remove();
    return { n, result, usable: heads.length, broken: broken.map(({ message }) => message) };
  });
}

test('kill -9 at every operation on files leaves a whole baseline or none', LONG, async () => {
  expect(operations.length).toBeGreaterThan(10);
  const struck = await strikeAt(
    'kill',
    operations.map((_one, i) => i + 1),
  );
  expect(struck.map(({ result }) => result.signal)).toEqual(struck.map(() => 'SIGKILL'));
  expect(struck.flatMap(({ broken }) => broken)).toEqual([]);
  // Once it is there it stays: from the rename of the document on.
  const counts = struck.map(({ usable }) => usable);
  expect(counts).toEqual([...counts].sort());
  expect([...new Set(counts)]).toEqual([0, 1]);
});

test('a write that is cut in the middle, and a full disk, lose nothing that was there', LONG, async () => {
  const writes = operations.flatMap(({ name }, i) => (name === 'writeFile' ? [i + 1] : []));
  expect(writes).toHaveLength(3);
  const torn = await strikeAt('torn', writes);
  expect(torn.flatMap(({ broken }) => broken)).toEqual([]);
  const places = operations.flatMap(({ needsRoom }, i) => (needsRoom ? [i + 1] : []));
  const full = await strikeAt('full', places);
  expect(full.flatMap(({ broken }) => broken)).toEqual([]);
  for (const { n, result, usable } of full) {
    const { error, data } = result.envelope;
    // What is made of the document may be missing. Where only the fsync of the folder failed the document is there, but
    // nobody promises that it stays.
    if (error === null) expect([usable, data?.['path']], String(n)).toEqual([1, expect.any(String)]);
    else
      expect([error.code, usable === 0 || operations[n - 1]?.name === 'sync'], String(n)).toEqual([
        'state_unusable',
        true,
      ]);
  }
  expect(new Set(full.map(({ usable }) => usable))).toEqual(new Set([0, 1]));
});

let together: Awaited<ReturnType<typeof sharedHome>>;
beforeAll(async () => {
  together = await sharedHome();
});
afterAll(() => together.remove());

test('three that are taken at once are all there', LONG, async () => {
  const runs = await Promise.all([1, 2, 3].map(() => runCli(WORDS, { home: together.home })));
  const ids = runs.map(({ envelope }) => envelope.data?.['id']).sort();
  const { heads, broken } = await new BaselineStore(join(together.home, '.pgdba'), fingerprint).heads();
  expect(broken).toEqual([]);
  expect(heads.map(({ id }) => id).sort()).toEqual(ids);
});
