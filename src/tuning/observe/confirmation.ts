import { PgdbaError } from '../../core/errors.js';
import { appendAudit } from '../changeset/audit.js';
import type { ChangeSet } from '../changeset/changeSet.js';
import { Journal } from '../changeset/journal.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { ChangeSetStore } from '../changeset/store.js';

const LOOK_EVERY_MS = 250;

/** What confirming needs of a run. */
export type Confirming = Pick<ChangeSurroundings, 'home' | 'runId' | 'command' | 'clock'>;

/**
 * Waits until somebody confirms the changeset, or takes it back, or the time is over, which begins now.
 * @returns whether it was confirmed
 * @throws PgdbaError `state_unusable`; the reason when the run must stop
 */
export async function awaitConfirmation(
  id: string,
  store: ChangeSetStore,
  withinMs: number,
  { clock, stopped }: Pick<ChangeSurroundings, 'clock' | 'stopped'>,
): Promise<boolean> {
  const confirm_until = new Date(clock.now().getTime() + withinMs).toISOString();
  await store.update(id, (before) => (before.confirm_until === null ? before : { ...before, confirm_until }));
  const until = clock.monotonicMs() + withinMs;
  for (;;) {
    const known = await store.load(id);
    if (known.status !== 'applied') return false;
    if (known.confirm_until === null) return true;
    if (clock.monotonicMs() >= until) return false;
    await clock.sleep(LOOK_EVERY_MS, stopped);
    stopped.throwIfAborted();
  }
}

/**
 * Makes a provisional change permanent; one that is permanent stays so.
 * @returns the changeset as it is now
 * @throws PgdbaError `plan_stale` when it was taken back, or its time is over; `unknown_changeset`; `state_unusable`
 */
export async function confirmChange(
  id: string,
  store: ChangeSetStore,
  around: Confirming,
): Promise<ChangeSet> {
  const { home, runId, command, clock } = around;
  const known = await store.load(id);
  const changeSet = await store.update(id, (before) => {
    if (before.status !== 'applied') throw notApplied(before);
    if (before.confirm_until === null) return before;
    if (clock.now().getTime() > Date.parse(before.confirm_until)) throw tooLate(before);
    return { ...before, confirm_until: null };
  });
  // Twice at once is no harm: a journal may end twice.
  if (known.confirm_until === null) return changeSet;
  const journal = await Journal.open(store.journalPath(changeSet.id), clock);
  try {
    await journal.append({ step: 'end', phase: 'done', note: command });
  } finally {
    await journal.close();
  }
  const facts = { operation: 'confirm', outcome: changeSet.status, runId, command, changeSet } as const;
  await appendAudit(home, { ...facts, role: null, forced: false }, clock);
  return changeSet;
}

function notApplied({ id, status }: ChangeSet): PgdbaError {
  return new PgdbaError('plan_stale', `the changeset ${id} cannot be confirmed: it is ${status}`, {
    hint: 'Apply its file again.',
  });
}

function tooLate({ id, confirm_until }: ChangeSet): PgdbaError {
  return new PgdbaError(
    'plan_stale',
    `the changeset ${id} had to be confirmed before ${confirm_until ?? ''}`,
    {
      hint: 'Finish it: pgdba config rollback --changeset-id, or pgdba config apply --resume --changeset-id.',
    },
  );
}
