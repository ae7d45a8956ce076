import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, autoConfOf, changesetFile, changesetOf, outcomesOf } from '../support/changes.js';
import { ourBackends, until } from '../support/inspected.js';
import { type FaultKind, type Proxy, startProxy } from '../support/proxy.js';
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

let on: readonly Anvil[];
/** Every message of the connection that writes, and some of those that only look. */
let points: readonly Point[];
beforeAll(async () => {
  // Of one major, so that a number means the same message on all of them; other majors in the test of kills by files.
  on = await anvils([17, 17, 17]);
  const [first] = on;
  if (first === undefined) throw new Error('no server');
  points = await pointsOf(first.server);
});
afterAll(() => Promise.all(on.map(({ server }) => server.stop())));

function dsnThrough(proxy: Proxy): string {
  return `postgresql://postgres@${proxy.host}:${String(proxy.port)}/postgres`;
}

async function pointsOf(server: TestServer): Promise<Point[]> {
  const proxy = await startProxy({ target: server });
  const { envelope } = await apply(dsnThrough(proxy), CHANGES);
  expect(envelope.error).toBeNull();
  expect(proxy.connections.length).toBe(CONNECTIONS.length);
  const counts = proxy.connections.map(({ serverMessages }) => serverMessages);
  await proxy.close();
  await restore(server);
  return counts.flatMap((messages, connection) => {
    const isWriter = CONNECTIONS[connection] === 'write';
    const all = Array.from({ length: messages }, (_none, count) => count);
    // Those that look send a message for each setting: the first and the last few will do.
    const some = all.filter((count) => count < 3 || count % 150 === 0 || count > messages - 5);
    return (isWriter ? all : some).map((count) => {
      return { connection, count, awaited: isWriter || count < messages - 2 };
    });
  });
}

test(
  'kill -9 at every message of the server leaves nothing that rollback and resume do not put right',
  LONG,
  async () => {
    const seen = new Set<string>();
    expect(points.filter(({ connection }) => connection === 1).length).toBeGreaterThan(30);
    const awaited = points.filter((point) => point.awaited);
    await strikeEach(on, awaited, async ({ connection, count }, struck) => {
      const fault = { at: 'server-messages', kind: 'hang', count } as const;
      const proxy = await startProxy({ target: struck.server, rules: { fault, only: connection } });
      const words = ['config', 'apply', '--file', '-', '--dsn', dsnThrough(proxy), ...WAIT];
      const running = await startCli(words, { home: struck.home, input: changesetFile(CHANGES) });
      const isStruck = (): true | undefined =>
        proxy.connections[connection]?.struck === true ? true : undefined;
      await Promise.race([running.result, until(isStruck)]);
      running.kill('SIGKILL');
      const ending = await running.result.then(
        ({ signal, exitCode }) => signal ?? exitCode,
        () => 'killed behind its answer',
      );
      // How often it asks whether the reload is through differs from run to run, and so does the last of its messages.
      expect(['SIGKILL', 0, 'killed behind its answer'], struck.where).toContain(ending);
      // The server learns that its client is gone, once it has executed what it was sent: its answer is not the end of it.
      await proxy.close();
      await until(async () => ((await ourBackends(struck.server)).length === 0 ? true : undefined));
      seen.add(await recover(struck));
    });
    // An answer that does not come is that of a statement which the server has executed: never the old lines.
    seen.delete('all is done');
    const expected = ['nothing is done', ...ON_THE_WAY.slice(1).map(unfinishedWith)];
    expect([...seen].sort()).toEqual(expected.sort());
  },
);

test('a connection that is cut at any message costs the change and nothing else', LONG, async () => {
  const endings = new Set<string>();
  const kinds: readonly FaultKind[] = ['close', 'reset'];
  const cases = points.map(({ connection, count }) => ({
    connection,
    count,
    kind: kinds[count % 2] ?? 'close',
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
