import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, autoConfOf, changesetFile, sharedHome } from '../support/changes.js';
import { counting, countedIn, type FileFault, killAt, type Operation } from '../support/killAt.js';
import { type CliResult, runCli } from '../support/runCli.js';
import {
  type Anvil,
  anvils,
  CHANGES,
  NEW,
  OLD,
  ON_THE_WAY,
  recover,
  restore,
  type Struck,
  strikeEach,
  unfinishedWith,
  WAIT,
} from '../support/struck.js';

const LONG = { timeout: 300_000 };

/** What was left and then made good. */
const recovered = new Set<string>();
let on: readonly Anvil[];
/** What a run does to the files when nothing goes wrong. */
let operations: readonly Operation[];
beforeAll(async () => {
  on = await anvils([12, 15, 18]);
  const [first] = on;
  if (first === undefined) throw new Error('no server');
  const { home, remove } = await sharedHome();
  const file = join(home, 'operations');
  const { envelope } = await apply(first.server.dsn(), CHANGES, WAIT, { home, env: counting(file) });
  expect(envelope.error).toBeNull();
  operations = await countedIn(file);
  await restore(first.server);
  await remove();
});
afterAll(() => Promise.all(on.map(({ server }) => server.stop())));

/** Applies the changes with a fault at each of the operations, counted from 1. */
function strikeAt(
  fault: FileFault,
  numbers: readonly number[],
  look: (result: CliResult, struck: Struck) => Promise<void>,
): Promise<void> {
  const cases = numbers.map((n) => ({ fault, n, operation: operations[n - 1]?.name }));
  return strikeEach(on, cases, async ({ n }, struck) => {
    const words = ['config', 'apply', '--file', '-', '--dsn', struck.server.dsn(), ...WAIT];
    const { home } = struck;
    await look(await runCli(words, { home, input: changesetFile(CHANGES), env: killAt(fault, n) }), struck);
  });
}

test(
  'kill -9 at every operation on files leaves nothing that rollback and resume do not put right',
  LONG,
  async () => {
    const seen = new Set<string>();
    const all = operations.map((_one, i) => i + 1);
    expect(all.length).toBeGreaterThan(50);
    await strikeAt('kill', all, async (result, struck) => {
      expect(result.signal, `${struck.where}: ${result.stdout}`).toBe('SIGKILL');
      seen.add(await recover(struck, recovered));
    });
    expect([...seen].sort()).toEqual(
      ['all is done', 'nothing is done', ...ON_THE_WAY.map(unfinishedWith)].sort(),
    );
  },
);

test('kill -9 in the middle of every write leaves a torn file that is no obstacle', LONG, async () => {
  const writes = operations.flatMap(({ name }, i) => (/^(write|writeFile)$/.test(name) ? [i + 1] : []));
  expect(writes.length).toBeGreaterThan(10);
  await strikeAt('torn', writes, async (result, struck) => {
    expect(result.signal, `${struck.where}: ${result.stdout}`).toBe('SIGKILL');
    await recover(struck, recovered);
  });
});

test('a disk that is full from any operation on leaves nothing half done', LONG, async () => {
  // One that needs no room does not notice: the disk is then full for the next that does, or for none.
  const needing = operations.flatMap(({ needsRoom }, i) => (needsRoom ? [i + 1] : []));
  expect(needing.length).toBeGreaterThan(40);
  const endings = new Set<string>();
  await strikeAt('full', [...needing, operations.length + 1], async (result, { where, server, changes }) => {
    const { error, data } = result.envelope;
    const status = (data as { changeset: { status: string } } | null)?.changeset.status ?? null;
    endings.add(`${error?.code ?? 'ok'} ${String(status)}`);
    // Either it was done and said so, or every line is the old one.
    expect(await autoConfOf(server), `${where}: ${result.stdout}`).toEqual(status === 'applied' ? NEW : OLD);
    if (error === null) expect(status, where).toBe('applied');
    else expect([error.code, result.exitCode], where).toEqual(['state_unusable', 5]);
    for (const { id } of await changes.unfinished()) {
      expect(await changes.finish('rollback', id), where).toMatchObject({ changed: status === 'applied' });
    }
    for (const stored of await changes.stored()) {
      if (stored.status === 'applied') await changes.finish('rollback', stored.id);
    }
  });
  const expected = ['ok applied', 'state_unusable null', 'state_unusable planned', 'state_unusable reverted'];
  expect([...endings].sort()).toEqual(expected);
});
