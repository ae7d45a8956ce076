import { cp, rm } from 'node:fs/promises';
import { filesOf } from './homeFiles.js';
import { expect } from 'vitest';
import {
  autoConfOf,
  type AutoConf,
  ChangeHome,
  type Changes,
  fingerprintOf,
  setLines,
  sharedHome,
} from './changes.js';
import { startServer, type TestServer } from './servers.js';
import type { Major } from './majors.js';

/** Lines that a server of these tests has before a change. */
export const OLD = { work_mem: '5MB', log_min_duration_statement: '250ms' };
/** One line changed, one added, one taken away. */
export const CHANGES: Changes = {
  work_mem: '64MB',
  random_page_cost: '1.5',
  log_min_duration_statement: null,
};
/** Lines that it has afterwards. */
export const NEW = { work_mem: '64MB', random_page_cost: '1.5' };

/** The lines on the way there, and the way's end. */
export const ON_THE_WAY = [
  OLD,
  { log_min_duration_statement: '250ms', work_mem: '64MB' },
  { log_min_duration_statement: '250ms', random_page_cost: '1.5', work_mem: '64MB' },
  NEW,
];

/** The backend of a run that was killed before may be there for another moment. */
export const WAIT = ['--wait', '10s'];

/** A server that runs are struck on, one after the other; the tests ask it over one connection. */
export interface Anvil {
  readonly server: TestServer;
  readonly fingerprint: string;
}

/** Servers for as many runs at the same time; the caller stops them. */
export async function anvils(majors: readonly Major[]): Promise<Anvil[]> {
  const servers = await Promise.all(
    majors.map(async (major) => onOneConnection(await startServer({ major }))),
  );
  return Promise.all(
    servers.map(async (server) => {
      await setLines(server, OLD);
      return { server, fingerprint: await fingerprintOf(server.dsn()) };
    }),
  );
}

/** A server whose `query` keeps its connection, which ends with the server. */
async function onOneConnection(server: TestServer): Promise<TestServer> {
  const client = await server.client();
  return { ...server, query: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows };
}

/** Brings a server that runs without a fault have changed to its old lines. */
export function restore(server: TestServer): Promise<void> {
  return setLines(server, { ...OLD, random_page_cost: null });
}

/** Where a run was struck, for the message of a test that fails, and what it left behind. */
export interface Struck extends Anvil {
  readonly where: string;
  readonly home: string;
  readonly changes: ChangeHome;
}

/** Does something for each case, on all servers at once; each time in a home of its own, and from the old lines. */
export async function strikeEach<T>(
  on: readonly Anvil[],
  cases: readonly T[],
  strike: (one: T, struck: Struck) => Promise<void>,
): Promise<void> {
  const left = [...cases];
  const workOn = async ({ server, fingerprint }: Anvil): Promise<void> => {
    await restore(server);
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const { home, remove } = await sharedHome();
      const where = JSON.stringify(one);
      const changes = new ChangeHome(home, server.dsn(), fingerprint);
      await strike(one, { server, fingerprint, where, home, changes });
      expect(await autoConfOf(server), where).toEqual(OLD);
      await remove();
    }
  };
  await Promise.all(on.map(workOn));
}

/**
 * Looks at what a killed run left, and makes it good in both ways.
 * @param recovered what earlier runs left of which this was done: two that leave the same files and the same lines are one
 * to a recovery, which knows nothing else, and the second only gets its old lines back
 * @returns the lines that it left, and whether pgdba tells that something is unfinished
 */
export async function recover(
  { where, server, home, changes }: Struck,
  recovered: Set<string>,
): Promise<string> {
  const left = await autoConfOf(server);
  const [only, ...others] = await changes.unfinished();
  expect(others, where).toEqual([]);
  const [stored] = await changes.stored();
  const state = JSON.stringify([left, await filesOf(home)]);
  const isKnown = recovered.has(state);
  recovered.add(state);
  if (only === undefined) {
    const isDone = stored?.status === 'applied';
    expect(left, where).toEqual(isDone ? NEW : OLD);
    if (isDone && !isKnown) await changes.finish('rollback', stored.id);
    else await restore(server);
    return isDone ? 'all is done' : 'nothing is done';
  }
  if (isKnown) {
    await restore(server);
    return unfinishedWith(left);
  }
  const copy = `${home}.copy`;
  await cp(home, copy, { recursive: true });
  await bringTo(OLD, 'rollback', only.id, { where, server, changes });
  await setLines(server, { random_page_cost: null, log_min_duration_statement: null, ...left });
  await cp(copy, home, { recursive: true, force: true });
  await rm(copy, { recursive: true });
  await bringTo(NEW, 'resume', only.id, { where, server, changes });
  // And back again, as one takes back what was resumed.
  await changes.finish('rollback', only.id);
  return unfinishedWith(left);
}

export function unfinishedWith(lines: AutoConf): string {
  return `unfinished with ${JSON.stringify(Object.fromEntries(Object.entries(lines).sort()))}`;
}

/** Majors and directions of which it was seen that a second time changes nothing. */
const repeated = new Set<string>();

/** Once to its end; whether a second time changes anything hangs on nothing but that end, and is seen once. */
async function bringTo(
  lines: AutoConf,
  direction: 'rollback' | 'resume',
  id: string,
  { where, server, changes }: Pick<Struck, 'where' | 'server' | 'changes'>,
): Promise<void> {
  const { changeset } = await changes.finish(direction, id);
  expect(changeset?.status, where).toBe(direction === 'rollback' ? 'rolled_back' : 'applied');
  expect(await autoConfOf(server), `${where}, ${direction}`).toEqual(lines);
  expect(await changes.unfinished(), where).toEqual([]);
  const end = `${String(server.major)} ${direction}`;
  if (repeated.has(end)) return;
  repeated.add(end);
  expect(await changes.finish(direction, id), where).toMatchObject({ changed: false });
  expect(await autoConfOf(server), where).toEqual(lines);
}
