import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, autoConfOf, changesetFile, changesetOf, outcomesOf } from '../support/changes.js';
import { ourBackends, until } from '../support/inspected.js';
import { type ConnectionCount, type FaultKind, type Proxy, startProxy } from '../support/proxy.js';
import { startCli } from '../support/runCli.js';
import {
  type Anvil,
  anvils,
  CHANGES,
  NEW,
  OLD,
  ON_THE_WAY,
  recover,
  restore,
  strikeEach,
  type Struck,
  unfinishedWith,
  WAIT,
} from '../support/struck.js';
import type { TestServer } from '../support/testServer.js';

const LONG = { timeout: 300_000 };

/** `config apply` connects in this order. */
const CONNECTIONS = ['identify', 'write', 'plan', 'verify'] as const;

/** A message of the server after which a connection is struck. */
interface Point {
  readonly connection: number;
  readonly count: number;
  /** Whether the run waits for what comes next: not for the answer to the COMMIT with which a look ends. */
  readonly awaited: boolean;
}

/** What was left and then made good. */
const recovered = new Set<string>();
let on: readonly Anvil[];
/** Messages of the connection that writes, and some of those that only look. */
let points: readonly Point[];
/** After how many messages the connection that writes sends its first statement that changes something. */
let firstStep: number;
beforeAll(async () => {
  // Of one major, so that a number means the same message on all of them; other majors in the test of kills by files.
  on = await anvils([17, 17, 17]);
  const [first] = on;
  if (first === undefined) throw new Error('no server');
  ({ points, firstStep } = await lookAround(first.server));
});
afterAll(() => Promise.all(on.map(({ server }) => server.stop())));

function dsnThrough(proxy: Proxy): string {
  return `postgresql://postgres@${proxy.host}:${String(proxy.port)}/postgres`;
}

/** What a run does that nothing happens to. */
async function lookAround(
  server: TestServer,
): Promise<{ readonly points: Point[]; readonly firstStep: number }> {
  const proxy = await startProxy({ target: server });
  const { envelope } = await apply(dsnThrough(proxy), CHANGES);
  expect(envelope.error).toBeNull();
  expect(proxy.connections.length).toBe(CONNECTIONS.length);
  await proxy.close();
  await restore(server);
  const [, writer] = proxy.connections;
  const first = writer?.pieces.find(({ text }) => STEP.test(text));
  if (writer === undefined || first === undefined) throw new Error('nothing was changed');
  return {
    points: proxy.connections.flatMap((one, connection) =>
      CONNECTIONS[connection] === 'write'
        ? pointsOfWriter(one).map((count) => ({ connection, count, awaited: true }))
        : pointsOfLook(one).map((count) => ({ connection, count, awaited: count < one.serverMessages - 2 })),
    ),
    firstStep: first.after,
  };
}

/**
 * Of each answer: nothing, its first message, all but the last, and the whole. A run does not stir before it has the
 * whole (no byte leaves it and no file is touched), so that what lies between these is one instant for it.
 */
function pointsOfWriter({ pieces, serverMessages }: ConnectionCount): number[] {
  const starts = [...new Set(pieces.map(({ after }) => after))].filter((after) => after < serverMessages);
  const counts = starts.flatMap((start, i) => {
    const end = starts[i + 1] ?? serverMessages;
    return [start, start + 1, end - 1];
  });
  return [...new Set(counts)];
}

/** Those that look send a message for each setting: the first and the last few will do. */
function pointsOfLook({ serverMessages }: ConnectionCount): number[] {
  const all = Array.from({ length: serverMessages }, (_none, count) => count);
  return all.filter((count) => count < 3 || count % 150 === 0 || count > serverMessages - 5);
}

/** A statement that changes a line. */
const STEP = /ALTER SYSTEM (?:SET|RESET) /;

/** How many lines the server was told to change: it does what it was sent, whether anybody waits for the answer or not. */
function stepsSent({ connections }: Proxy): number {
  return connections.flatMap(({ pieces }) => pieces).filter(({ text, passed }) => passed && STEP.test(text))
    .length;
}

/** Kills a run of `config apply` when it has come as far as it can without what the server sends behind the point. */
async function killAtPoint({ connection, count }: Point, { server, home, where }: Struck): Promise<Proxy> {
  const fault = { at: 'server-messages', kind: 'hang', count } as const;
  const proxy = await startProxy({ target: server, rules: { fault, only: connection } });
  const words = ['config', 'apply', '--file', '-', '--dsn', dsnThrough(proxy), ...WAIT];
  const running = await startCli(words, { home, input: changesetFile(CHANGES) });
  await Promise.race([running.result, proxy.whenStruck]);
  // With a whole answer it goes on: to its next statement, which does not arrive.
  const goesOn = (): true | undefined => {
    const struck = proxy.connections[connection];
    const isWaiting = struck?.lastMessage !== 'Z' || struck.pieces.some(({ passed }) => !passed);
    return isWaiting ? true : undefined;
  };
  if (CONNECTIONS[connection] === 'write') await Promise.race([running.result, until(goesOn)]);
  running.kill('SIGKILL');
  const ending = await running.result.then(
    ({ signal, exitCode }) => signal ?? exitCode,
    () => 'killed behind its answer',
  );
  // How often it asks whether the reload is through differs from run to run, and so does the last of its messages.
  expect(['SIGKILL', 0, 'killed behind its answer'], where).toContain(ending);
  // The server learns that its client is gone, once it has executed what it was sent: its answer is not the end of it.
  await proxy.close();
  await until(async () => ((await ourBackends(server)).length === 0 ? true : undefined));
  return proxy;
}

/** Each step is in the journal before the server hears of it, and is said to be done only after. */
async function expectWrittenDown(sent: number, { changes, where }: Struck): Promise<void> {
  const [stored] = await changes.stored();
  const entries = stored === undefined ? [] : await changes.journalOf(stored.id);
  const steps = (phase: string): number =>
    entries.filter((entry) => entry.step === 'set' && entry.phase === phase).length;
  expect(steps('intent'), where).toBeGreaterThanOrEqual(sent);
  expect(steps('done'), where).toBeLessThanOrEqual(sent);
}

test(
  'kill -9 at every message of the server leaves nothing that rollback and resume do not put right',
  LONG,
  async () => {
    const seen = new Set<string>();
    expect(points.filter(({ connection }) => connection === 1).length).toBeGreaterThan(25);
    const awaited = points.filter((point) => point.awaited);
    await strikeEach(on, awaited, async (point, struck) => {
      const proxy = await killAtPoint(point, struck);
      const sent = stepsSent(proxy);
      expect(await autoConfOf(struck.server), struck.where).toEqual(ON_THE_WAY[sent]);
      await expectWrittenDown(sent, struck);
      const left = await recover(struck, recovered);
      seen.add(left);
      if (CONNECTIONS[point.connection] !== 'write' || left === 'all is done') return;
      // The journal speaks of the old lines when the first statement did not arrive; any other that was answered is done.
      const begun = point.count >= firstStep;
      expect(left, struck.where).toBe(begun ? unfinishedWith(ON_THE_WAY[sent] ?? {}) : 'nothing is done');
      expect(sent > 0, struck.where).toBe(point.count > firstStep);
    });
    seen.delete('all is done');
    expect([...seen].sort()).toEqual(['nothing is done', ...ON_THE_WAY.map(unfinishedWith)].sort());
  },
);

test('a connection that is cut at any message costs the change and nothing else', LONG, async () => {
  const endings = new Set<string>();
  const kinds: readonly FaultKind[] = ['close', 'reset'];
  const cases = points.map(({ connection, count }, i) => ({
    connection,
    count,
    kind: kinds[i % 2] ?? 'close',
  }));
  await strikeEach(on, cases, async ({ connection, count, kind }, { server, where, home, changes }) => {
    const fault = { at: 'server-messages', kind, count } as const;
    const proxy = await startProxy({ target: server, rules: { fault, only: connection } });
    const changed = await apply(dsnThrough(proxy), CHANGES, WAIT, { home });
    await proxy.close();
    const { error } = changed.envelope;
    const status = changed.data?.changeset?.status ?? 'no plan';
    expect(await changes.unfinished(), where).toEqual([]);
    expect(await autoConfOf(server), `${where} ${changed.result.stdout}`).toEqual(error === null ? NEW : OLD);
    if (status === 'reverted') expect(Object.values(outcomesOf(changed)), where).not.toContain('applied');
    if (error === null) await changes.finish('rollback', changesetOf(changed).id);
    else endings.add(`${CONNECTIONS[connection] ?? ''}: exit ${String(changed.result.exitCode)}, ${status}`);
  });
  expect([...endings].sort()).toEqual([
    'identify: exit 4, no plan',
    'plan: exit 4, no plan',
    'verify: exit 4, reverted',
    'write: exit 4, no plan',
    'write: exit 4, planned',
    'write: exit 4, reverted',
  ]);
});
