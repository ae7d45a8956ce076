import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  apply,
  autoConfOf,
  type Changed,
  ChangeHome,
  changedOf,
  changesetOf,
  fingerprintOf,
  interfere,
  sharedHome,
} from '../support/changes.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { CHANGES, NEW, restore } from '../support/struck.js';

const MANY = Array.from({ length: 12 }, (_none, i) => i);
const LONG = { timeout: 180_000 };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ major: 16 });
});
beforeEach(() => restore(server));
afterAll(() => server.stop());

/** A value for each process, so that the line tells whose it is. */
function valueOf(i: number): string {
  return `${String(i + 10)}MB`;
}

function endings(all: readonly Changed[]): string[] {
  return all.map(({ result, envelope }) => `${String(result.exitCode)} ${envelope.error?.code ?? 'ok'}`);
}

test('while one applies, twelve others from the same home get exit 7 with its name', LONG, async () => {
  const { home, remove } = await sharedHome();
  let others: Changed[] = [];
  const winner = await interfere(
    server,
    CHANGES,
    async ({ running }) => {
      others = await Promise.all(
        MANY.map((i) => apply(server.dsn(), { work_mem: valueOf(i) }, [], { home })),
      );
      for (const { envelope } of others) {
        expect(envelope.error?.details).toMatchObject({ pid: running.pid, operation: 'config apply' });
        expect(envelope.error?.message).toContain(String(running.pid));
      }
    },
    { home },
  );
  expect(endings(others)).toEqual(MANY.map(() => '7 lock_held'));
  expect(winner.envelope.error).toBeNull();
  expect(await autoConfOf(server)).toEqual(NEW);
  await remove();
});

test('and so do those from another machine, who see only the server’s lock', LONG, async () => {
  const others: Changed[] = [];
  const winner = await interfere(server, CHANGES, async () => {
    const [backend] = await server.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'");
    for (const i of MANY.slice(0, 3)) {
      const other = await apply(server.dsn(), { work_mem: valueOf(i) });
      expect(other.envelope.error?.details).toMatchObject({ pid: backend?.['pid'], database: 'postgres' });
      others.push(other);
    }
  });
  expect(endings(others)).toEqual(['7 lock_held', '7 lock_held', '7 lock_held']);
  expect(winner.envelope.error).toBeNull();
  expect(await autoConfOf(server)).toEqual(NEW);
});

test('twelve at once: each is either done as a whole or told that another is at work', LONG, async () => {
  const { home, remove } = await sharedHome();
  const all = await Promise.all(MANY.map((i) => apply(server.dsn(), { work_mem: valueOf(i) }, [], { home })));
  const done = all.filter(({ envelope }) => envelope.error === null);
  expect(done.length).toBeGreaterThan(0);
  expect(new Set(endings(all))).toEqual(
    new Set(done.length === all.length ? ['0 ok'] : ['0 ok', '7 lock_held']),
  );
  const { work_mem } = await autoConfOf(server);
  expect(done.map((one) => changesetOf(one).parameters[0]?.new_value)).toContain(work_mem);
  const changes = new ChangeHome(home, server.dsn(), await fingerprintOf(server.dsn()));
  expect(await changes.unfinished()).toEqual([]);
  expect((await changes.stored()).map(({ status }) => status)).toEqual(done.map(() => 'applied'));
  await remove();
});

test('with --wait all come to their turn, and each sees what the one before it left', LONG, async () => {
  const { home, remove } = await sharedHome();
  const all = await Promise.all(
    MANY.slice(0, 5).map((i) => apply(server.dsn(), { work_mem: valueOf(i) }, ['--wait', '90s'], { home })),
  );
  expect(new Set(endings(all))).toEqual(new Set(['0 ok']));
  const inTurn = all
    .map((one) => changesetOf(one))
    .sort((a, b) => (a.applied_at ?? '').localeCompare(b.applied_at ?? ''));
  const seen = inTurn.map(({ parameters }) => parameters[0]?.old_line);
  const left = inTurn.map(({ parameters }) => parameters[0]?.new_value);
  expect(seen).toEqual(['5MB', ...left.slice(0, -1)]);
  expect((await autoConfOf(server))['work_mem']).toBe(left.at(-1));
  await remove();
});

test('two that carry the same plan: the second waits, and finds it stale', LONG, async () => {
  const { home, remove } = await sharedHome();
  const planned = await apply(server.dsn(), CHANGES, ['--dry-run'], { home });
  const file = join(home, 'plan.json');
  await writeFile(file, planned.result.stdout);
  const args = ['config', 'apply', '--file', file, '--dsn', server.dsn(), '--wait', '60s'];
  const both = await Promise.all([runCli(args, { home }), runCli(args, { home })]);
  expect(endings(both.map(changedOf)).sort()).toEqual(['0 ok', '7 plan_stale']);
  expect(await autoConfOf(server)).toEqual(NEW);
  const stale = both.map(changedOf).find(({ envelope }) => envelope.error !== null);
  expect(stale?.data?.changeset?.parameters.map(({ outcome }) => outcome)).toEqual(CHANGES_NOT_EXECUTED);
  await remove();
});

const CHANGES_NOT_EXECUTED = Object.keys(CHANGES).map(() => 'not_executed');
