import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../../src/core/clock.js';
import { thisProcess } from '../../../../src/core/processIdentity.js';
import type { ChangeSet } from '../../../../src/tuning/changeset/changeSet.js';
import { Journal, type JournalStep } from '../../../../src/tuning/changeset/journal.js';
import { ChangeSetStore } from '../../../../src/tuning/changeset/store.js';
import { unfinishedOf } from '../../../../src/tuning/changeset/unfinished.js';
import { changeSet, FINGERPRINT, idOf } from './changeSets.js';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const NOBODY = 2_147_483_646;

let home: string;
let store: ChangeSetStore;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
  store = new ChangeSetStore(home, FINGERPRINT);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const BEGIN: JournalStep = { step: 'begin', phase: 'intent', note: 'config apply' };
const END: JournalStep = { step: 'end', phase: 'done' };
const WAITS: JournalStep = { step: 'end', phase: 'intent' };

/** Leaves a changeset and its journal as a run would. */
async function leave(fields: Partial<ChangeSet>, ...steps: readonly JournalStep[]): Promise<void> {
  const left = changeSet(fields);
  await store.save(left);
  if (steps.length === 0) return;
  const journal = await Journal.create(
    store.journalPath(left.id),
    { ...left, fingerprint: FINGERPRINT },
    systemClock,
  );
  for (const step of steps) await journal.append(step);
  await journal.close();
}

/** Leaves a lock that somebody took for that changeset. */
async function lock(id: string, holder: object = {}): Promise<void> {
  const at = NOW.toISOString();
  const doing = { changeset_id: id, operation: 'config apply', started_at: at, heartbeat_at: at };
  await writeFile(
    join(store.folder, '.lock.json'),
    JSON.stringify({ ...(await thisProcess()), ...doing, ...holder }),
  );
}

const found = async () => (await unfinishedOf(home, FINGERPRINT, NOW)).unfinished;

test('nothing is unfinished where nothing was ever changed', async () => {
  expect(await unfinishedOf(home, FINGERPRINT, NOW)).toEqual({ unfinished: [], broken: [] });
});

test.each([
  ['planned and never begun', { status: 'planned' }, []],
  ['applied', { status: 'applied' }, [BEGIN, END]],
  ['failed and taken back', { status: 'reverted' }, [BEGIN, END]],
  ['rolled back', { status: 'rolled_back' }, [BEGIN, END, BEGIN, END]],
] as const)('%s: done', async (_what, fields, steps) => {
  await leave(fields, ...steps);
  expect(await found()).toEqual([]);
});

test.each([
  ['before its status was written', { status: 'planned' }, [BEGIN], 'interrupted'],
  ['in the middle', { status: 'applying' }, [BEGIN], 'interrupted'],
  ['with its journal gone', { status: 'applying' }, [], 'interrupted'],
  ['by a signal', { status: 'interrupted' }, [BEGIN], 'interrupted'],
  ['between its last status and the end of its journal', { status: 'applied' }, [BEGIN], 'interrupted'],
  ['in its rollback', { status: 'applied' }, [BEGIN, END, BEGIN], 'interrupted'],
  [
    'while it waited for a confirmation that may still come',
    { status: 'applied', confirm_until: '2026-01-01T12:00:01.000Z' },
    [BEGIN, WAITS],
    'awaiting_confirmation',
  ],
  [
    'while it waited for a confirmation',
    { status: 'applied', confirm_until: '2026-01-01T11:59:59.000Z' },
    [BEGIN, WAITS],
    'unconfirmed',
  ],
] as const)('cut off %s: unfinished', async (_what, fields, steps, reason) => {
  await leave(fields, ...steps);
  const [begin] = steps;
  expect(await found()).toEqual([
    {
      id: idOf(1),
      status: fields.status,
      reason,
      node: changeSet().node,
      operation: begin?.note ?? null,
      confirm_until: 'confirm_until' in fields ? fields.confirm_until : null,
      last_step_at: begin === undefined ? null : (expect.stringMatching(/Z$/) as string),
    },
  ]);
});

test('a changeset that a live process works on is not unfinished', async () => {
  await leave({ status: 'applying' }, BEGIN);
  await lock(idOf(1));
  expect(await found()).toEqual([]);
  await lock(idOf(2));
  expect(await found()).toHaveLength(1);
});

test.each([
  ['dead', { pid: NOBODY }, 1],
  ['elsewhere and heard of in time', { host: 'db9', heartbeat_at: '2026-01-01T11:59:40.000Z' }, 0],
  ['elsewhere and silent', { host: 'db9', heartbeat_at: '2026-01-01T11:59:20.000Z' }, 1],
])('a holder that is %s', async (_what, holder, count) => {
  await leave({ status: 'applying' }, BEGIN);
  await lock(idOf(1), holder);
  expect(await found()).toHaveLength(count);
});

test('one that was finished while we looked is not unfinished', async () => {
  await leave({ status: 'applying' }, BEGIN);
  const path = join(store.folder, '.lock.json');
  await promisify(execFile)('mkfifo', [path]);
  const looking = found();
  // Opening it waits until it is read, which is after the journals were.
  const lockFile = await open(path, 'w');
  const journal = await Journal.open(store.journalPath(idOf(1)), systemClock);
  await journal.append(END);
  await journal.close();
  const gone = { changeset_id: idOf(1), operation: 'config apply', started_at: '', heartbeat_at: '' };
  await lockFile.writeFile(JSON.stringify({ ...(await thisProcess()), ...gone, pid: NOBODY }));
  await lockFile.close();
  expect(await looking).toEqual([]);
});

test('what is broken is told, and hides no other', async () => {
  await leave({ id: idOf(1), status: 'applying' }, BEGIN);
  await leave({ id: idOf(2), status: 'applying' }, BEGIN);
  await leave({ id: idOf(3), status: 'applying' }, BEGIN);
  await writeFile(join(store.folder, 'changesets', `${idOf(1)}.json`), '{');
  await appendFile(store.journalPath(idOf(2)), 'x\ny\n');
  const { unfinished, broken } = await unfinishedOf(home, FINGERPRINT, NOW);
  expect(unfinished.map(({ id, status, reason }) => [id, status, reason]).sort()).toEqual([
    [idOf(1), null, 'interrupted'],
    [idOf(2), 'applying', 'unreadable'],
    [idOf(3), 'applying', 'interrupted'],
  ]);
  const folder = join(store.folder, 'changesets');
  expect(broken.map(({ message }) => message).sort()).toEqual([
    `${join(folder, `${idOf(1)}.json`)} cannot be used: it is not JSON`,
    `${store.journalPath(idOf(2))} cannot be used: line 3 is not JSON`,
  ]);
});

test('a broken lock is told, and what it may hold is unfinished until it is known', async () => {
  await leave({ status: 'applying' }, BEGIN);
  await writeFile(join(store.folder, '.lock.json'), '');
  const { unfinished, broken } = await unfinishedOf(home, FINGERPRINT, NOW);
  expect(unfinished).toHaveLength(1);
  expect(broken).toMatchObject([{ code: 'state_unusable' }]);
});
