import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import type { Warning } from '../../src/output/envelope.js';
import { acquireClusterLock } from '../../src/tuning/changeset/clusterLock.js';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { clusterFolder } from '../../src/core/clusterFolder.js';
import type { JournalEntry } from '../../src/tuning/changeset/journalSchema.js';
import { runCli, type CliResult } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

const CHANGE = '{"parameters": [{"name": "work_mem", "new_value": "7MB"}]}';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ major: 17 });
  await server.query('CREATE ROLE looker LOGIN');
});
afterAll(() => server.stop());

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
  await server.query('ALTER SYSTEM RESET work_mem');
});
afterEach(() => rm(home, { recursive: true, force: true }));

function pgdba(args: readonly string[], input?: string): Promise<CliResult> {
  return runCli(args, { home, ...(input === undefined ? {} : { input }) });
}

const at = (): string[] => ['--dsn', server.dsn()];
const history = (...args: string[]): Promise<CliResult> => pgdba(['config', 'history', ...at(), ...args]);

/** Applies a change and returns its changeset. */
async function apply(input = CHANGE): Promise<ChangeSet> {
  const { envelope } = await pgdba(['config', 'apply', '--file', '-', ...at()], input);
  expect(envelope.error).toBeNull();
  return envelope.data?.['changeset'] as ChangeSet;
}

/** Where pgdba keeps what it knows of the cluster. */
async function folder(): Promise<string> {
  const { envelope } = await history();
  return clusterFolder(join(home, '.pgdba'), envelope.cluster?.fingerprint ?? '');
}

/** Cuts the journal of a changeset off after its nth entry, as a kill would. */
async function cutOff({ id }: ChangeSet, entries: number): Promise<void> {
  const path = join(await folder(), 'changesets', `${id}.journal.jsonl`);
  const lines = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, `${lines.slice(0, entries + 1).join('\n')}\n`);
}

const codes = ({ envelope }: CliResult): string[] => envelope.warnings.map(({ code }) => code);
const warningsOf = ({ envelope }: CliResult, code: string): readonly Warning[] =>
  envelope.warnings.filter((warning) => warning.code === code);

describe('config history', () => {
  test('is empty, and leaves nothing behind, where nothing was ever changed', async () => {
    const { exitCode, envelope } = await history();
    expect(exitCode).toBe(0);
    expect(envelope.data).toEqual({
      changesets: [],
      truncated: null,
      lock: null,
      unfinished: [],
      journal: null,
      pre_snapshot_state: null,
    });
    expect(await readdir(home)).toEqual([]);
  });

  test('lists what was applied and rolled back, newest first, and cuts off behind --limit', async () => {
    const first = await apply();
    const second = await apply('{"parameters": [{"name": "work_mem", "new_value": "8MB"}]}');
    await pgdba(['config', 'rollback', '--changeset-id', second.id, ...at()]);
    const { envelope } = await history();
    const told = (envelope.data?.['changesets'] as ChangeSet[]).map(({ id, status }) => [id, status]);
    expect(told).toEqual([
      [second.id, 'rolled_back'],
      [first.id, 'applied'],
    ]);
    expect(envelope.data).toMatchObject({ lock: null, unfinished: [], truncated: null });
    const limited = (await history('--limit', '1')).envelope.data;
    expect(limited).toMatchObject({ changesets: [{ id: second.id }], truncated: { shown: 1, total: 2 } });
    expect((await history('--limit', '0')).envelope.data?.['changesets']).toHaveLength(2);
  });

  test('shows one with its journal and whether what was kept from before it is intact', async () => {
    const { id, pre_snapshot } = await apply();
    await apply('{"parameters": [{"name": "work_mem", "new_value": "8MB"}]}');
    const one = (await history('--changeset-id', id)).envelope.data;
    expect(one).toMatchObject({ changesets: [{ id, status: 'applied' }], pre_snapshot_state: 'intact' });
    const steps = (one?.['journal'] as JournalEntry[]).map(({ step, phase, parameter }) => [
      step,
      phase,
      parameter,
    ]);
    expect(steps[0]).toEqual(['begin', 'intent', undefined]);
    expect(steps).toContainEqual(['set', 'intent', 'work_mem']);
    expect(steps.at(-1)).toEqual(['end', 'done', undefined]);
    await appendFile(pre_snapshot?.path ?? '', 'x');
    expect((await history('--changeset-id', id)).envelope.data).toMatchObject({
      pre_snapshot_state: 'changed',
    });
  });

  test.each(['00000000-0000-7000-8000-000000000000', '../../clusters'])('does not know %s', async (id) => {
    await apply();
    const { exitCode, envelope } = await history('--changeset-id', id);
    expect([exitCode, envelope.error?.code]).toEqual([5, 'unknown_changeset']);
  });

  test('names the live holder of the lock, and a dead one', async () => {
    const { id } = await apply();
    const place = await folder();
    const wish = { operation: 'config apply', changesetId: id, waitMs: 0, clock: systemClock };
    const lock = await acquireClusterLock(place, { ...wish, signal: new AbortController().signal });
    const { schema: _schema, token: _token, ...shown } = lock.holder;
    const { lock: told } = (await history()).envelope.data ?? {};
    expect(told).toMatchObject({ ...shown, heartbeat_at: expect.any(String) as string, state: 'alive' });
    await lock.release();
    await writeFile(join(place, '.lock.json'), JSON.stringify({ ...shown, pid: 2_147_483_646 }));
    expect((await history()).envelope.data).toMatchObject({ lock: { pid: 2_147_483_646, state: 'dead' } });
  });

  test('tells what it cannot read, and shows the rest', async () => {
    const broken = await apply();
    const { id } = await apply('{"parameters": [{"name": "work_mem", "new_value": "8MB"}]}');
    const path = join(await folder(), 'changesets', `${broken.id}.json`);
    await writeFile(path, '{"schema": "pgdba.changeset/9"}');
    await writeFile(join(await folder(), '.lock.json'), '{');
    const result = await history();
    expect(result.exitCode).toBe(0);
    expect(result.envelope.data).toMatchObject({ changesets: [{ id }], lock: null });
    const told = warningsOf(result, 'state_unusable').map(({ message }) => message);
    expect(told).toHaveLength(2);
    expect(told.join()).toContain(`${path} cannot be used: a newer pgdba wrote it`);
    const one = await history('--changeset-id', broken.id);
    expect([one.exitCode, one.envelope.error?.code]).toEqual([5, 'state_unusable']);
  });

  test('needs no server that answers, once the registry knows the cluster', async () => {
    const { id } = await apply();
    const named = ['config', 'history', '--name', 'it'];
    await pgdba(['cluster', 'add', 'it', ...at()]);
    await server.halt();
    const unpinned = await pgdba(named);
    await server.start();
    expect([unpinned.exitCode, unpinned.envelope.error?.code]).toEqual([4, 'connection_refused']);
    await pgdba(['cluster', 'check', 'it']);
    await server.halt();
    const result = await pgdba(named);
    const byDsn = await history();
    await server.start();
    expect(result.exitCode).toBe(0);
    expect(codes(result)).toEqual(['server_unreachable']);
    expect(result.envelope.cluster).toBeNull();
    expect(result.envelope.data).toMatchObject({ changesets: [{ id }] });
    expect([byDsn.exitCode, byDsn.envelope.error?.code]).toEqual([4, 'connection_refused']);
  });
});

describe('an unfinished changeset', () => {
  test('is told by history, and warned of by every command that meets the cluster, until it is finished', async () => {
    const changeSet = await apply();
    const { id, node } = changeSet;
    await cutOff(changeSet, 2);
    const unfinished = { id, status: 'applied', reason: 'interrupted', node, operation: 'config apply' };
    const told = await history();
    expect(told.envelope.data?.['unfinished']).toMatchObject([unfinished]);
    expect(codes(told)).not.toContain('changeset_unfinished');
    await pgdba(['cluster', 'add', 'it', ...at()]);
    for (const words of [
      ['inspect', '--sections', 'system', ...at()],
      ['doctor', ...at()],
      ['config', 'show', 'work_mem', ...at()],
      ['cluster', 'check', 'it'],
      ['inspect', '--sections', 'system', '--dsn', server.dsn({ user: 'looker' })],
    ]) {
      const result = await pgdba(words);
      expect(result.exitCode).toBe(0);
      expect(warningsOf(result, 'changeset_unfinished')).toMatchObject([
        {
          subject: id,
          hint: expect.stringContaining(`pgdba config rollback --changeset-id ${id}`) as string,
        },
      ]);
    }
    await pgdba(['config', 'rollback', '--changeset-id', id, ...at()]);
    expect((await history()).envelope.data?.['unfinished']).toEqual([]);
    expect(codes(await pgdba(['doctor', ...at()]))).not.toContain('changeset_unfinished');
  });

  test('is not one that a live process is working on', async () => {
    const changeSet = await apply();
    await cutOff(changeSet, 2);
    const wish = { operation: 'config apply', changesetId: changeSet.id, waitMs: 0, clock: systemClock };
    const lock = await acquireClusterLock(await folder(), { ...wish, signal: new AbortController().signal });
    const result = await pgdba(['doctor', ...at()]);
    await lock.release();
    expect(codes(result)).not.toContain('changeset_unfinished');
  });

  test('with broken state is a warning for a command that only looks', async () => {
    const changeSet = await apply();
    await cutOff(changeSet, 2);
    const journal = join(await folder(), 'changesets', `${changeSet.id}.journal.jsonl`);
    await writeFile(journal, 'x\ny\nz\n');
    const result = await pgdba(['doctor', ...at()]);
    expect(result.exitCode).toBe(0);
    expect(codes(result).sort()).toEqual(['changeset_unfinished', 'state_unusable']);
  });
});

describe('the lock of a cluster', () => {
  test('keeps a second apply out, which names the holder, or waits for it', async () => {
    const { id } = await apply();
    const wish = { operation: 'config rollback', changesetId: id, waitMs: 0, clock: systemClock };
    const lock = await acquireClusterLock(await folder(), { ...wish, signal: new AbortController().signal });
    const refused = await pgdba(['config', 'apply', '--file', '-', ...at()], CHANGE);
    expect(refused.exitCode).toBe(7);
    expect(refused.envelope.error).toMatchObject({
      code: 'lock_held',
      retryable: true,
      details: {
        pid: process.pid,
        operation: 'config rollback',
        changeset_id: id,
        since: lock.holder.started_at,
      },
    });
    const waiting = pgdba(['config', 'apply', '--file', '-', '--wait', '60s', ...at()], CHANGE);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await lock.release();
    expect((await waiting).exitCode).toBe(0);
    expect(await readdir(await folder())).not.toContain('.lock.json');
  });

  test('of a broken file is an error that names it, and nothing is written', async () => {
    await apply();
    const path = join(await folder(), '.lock.json');
    await writeFile(path, '');
    const { exitCode, envelope } = await pgdba(['config', 'apply', '--file', '-', ...at()], CHANGE);
    expect(exitCode).toBe(5);
    expect(envelope.error).toMatchObject({
      code: 'state_unusable',
      message: `${path} cannot be used: it is not JSON`,
    });
  });
});
