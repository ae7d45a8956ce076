import { PgdbaError } from '../../core/errors.js';
import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { CHANGESET_STATUSES, nodeSchema, type ChangeSet } from './changeSet.js';
import { lockHolderOf } from './clusterLock.js';
import { fateOfHolder, looksExpired } from './holderFate.js';
import { isClosed, readJournal } from './journal.js';
import type { JournalEntry } from './journalSchema.js';
import { ChangeSetStore } from './store.js';

/** A changeset that waits for somebody to finish it. */
export const unfinishedSchema = closedObject({
  id: Type.String({ description: 'of the changeset' }),
  status: nullable(
    oneOf(CHANGESET_STATUSES, 'what its document says; null when the document is missing or broken'),
  ),
  reason: oneOf(
    ['interrupted', 'awaiting_confirmation', 'unconfirmed', 'unreadable'],
    'interrupted: cut off in the middle; awaiting_confirmation: applied, and taken back unless it is confirmed; ' +
      'unconfirmed: not confirmed in time, and nobody rolled it back; unreadable: ' +
      'its journal is broken, so that nobody knows',
  ),
  node: nullable({ ...nodeSchema, description: 'the server it changes; the way to finish it leads there' }),
  operation: nullable(Type.String({ description: 'command that was cut off' })),
  confirm_until: nullable(
    Type.String({ description: 'when it is taken back unless it is confirmed, ISO 8601 UTC' }),
  ),
  last_step_at: nullable(Type.String({ description: 'last entry of its journal, ISO 8601 UTC' })),
});
export type Unfinished = Static<typeof unfinishedSchema>;

interface Found {
  readonly unfinished: readonly Unfinished[];
  /** What stood in the way of knowing more. */
  readonly broken: readonly PgdbaError[];
}

/** Reads what may be broken, and keeps what it met. */
class Lenient {
  readonly broken: PgdbaError[] = [];

  /** What was read; null where that was not possible. */
  async read<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof PgdbaError)) throw error;
      // A journal without its changeset is no broken file.
      if (error.code !== 'unknown_changeset') this.broken.push(error);
      return null;
    }
  }
}

/** What its documents say of a changeset that is not closed. */
interface Open {
  readonly id: string;
  readonly changeSet: ChangeSet | null;
  readonly entries: readonly JournalEntry[] | null;
}

/**
 * Changesets of a cluster that wait for `config rollback --changeset-id` or `config apply --resume`; those a live
 * process works on are not among them. Where no change was ever made this is one look at a folder that is not there;
 * else the end of each journal is read, and more only of those that do not end as they should.
 * Never throws for what is broken: it is told in `broken`.
 */
export async function unfinishedOf(home: string, fingerprint: string, now: Date): Promise<Found> {
  const store = new ChangeSetStore(home, fingerprint);
  const lenient = new Lenient();
  const open = await openOnes(store, lenient);
  const worker = open.length === 0 ? null : await lenient.read(workerOf(store.folder, now));
  const unfinished: Unfinished[] = [];
  for (const one of open) {
    const reason = reasonOf(one, now);
    if (reason === null || worker === one.id) continue;
    // Whoever worked on it may have ended after we read its journal and before we looked at the lock.
    if ((await lenient.read(isClosed(store.journalPath(one.id)))) !== true)
      unfinished.push(told(one, reason));
  }
  return { unfinished, broken: lenient.broken };
}

async function openOnes(store: ChangeSetStore, lenient: Lenient): Promise<readonly Open[]> {
  const open: Open[] = [];
  for (const { id, hasJournal } of (await lenient.read(store.ids())) ?? []) {
    const journal = store.journalPath(id);
    if (hasJournal && (await lenient.read(isClosed(journal))) === true) continue;
    open.push({
      id,
      changeSet: await lenient.read(store.load(id)),
      entries: hasJournal ? await lenient.read(readJournal(journal)) : [],
    });
  }
  return open;
}

/** The changeset that a live process is working on. */
async function workerOf(folder: string, now: Date): Promise<string | null> {
  const holder = await lockHolderOf(folder);
  if (holder === null) return null;
  const fate = await fateOfHolder(holder);
  const isThere = fate === 'elsewhere' ? !looksExpired(holder, now) : fate === 'alive';
  return isThere ? holder.changeset_id : null;
}

function reasonOf({ changeSet, entries }: Open, now: Date): Unfinished['reason'] | null {
  if (entries === null) return 'unreadable';
  if (changeSet?.status === 'applied' && changeSet.confirm_until !== null) {
    return now.getTime() > Date.parse(changeSet.confirm_until) ? 'unconfirmed' : 'awaiting_confirmation';
  }
  const isWorkedOn = changeSet?.status === 'applying' || changeSet?.status === 'interrupted';
  return isWorkedOn || entries.length > 0 ? 'interrupted' : null;
}

function told({ id, changeSet, entries }: Open, reason: Unfinished['reason']): Unfinished {
  const begin = entries?.findLast(({ step }) => step === 'begin');
  return {
    id,
    status: changeSet?.status ?? null,
    reason,
    node: changeSet?.node ?? null,
    operation: begin?.note ?? null,
    confirm_until: changeSet?.confirm_until ?? null,
    last_step_at: entries?.at(-1)?.at ?? null,
  };
}
