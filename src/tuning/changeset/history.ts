import { PgdbaError } from '../../core/errors.js';
import { maskSetting } from '../../core/mask.js';
import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { changeSetSchema, type ChangeParameter, type ChangeSet } from './changeSet.js';
import { lockHolderOf } from './clusterLock.js';
import { fateOfHolder, looksExpired } from './holderFate.js';
import { readJournal } from './journal.js';
import { journalEntrySchema, type JournalEntry } from './journalSchema.js';
import { lockHolderSchema } from './lockSchema.js';
import { checkPreSnapshot, PRE_SNAPSHOT_STATES } from './preSnapshot.js';
import { ChangeSetStore } from './store.js';
import { unfinishedOf, unfinishedSchema } from './unfinished.js';

const HOLDER_STATES = ['alive', 'dead', 'elsewhere', 'expired'] as const;

const { schema: _version, token: _token, ...holder } = lockHolderSchema.properties;

export const configHistoryData = closedObject({
  changesets: Type.Array(changeSetSchema, { description: 'newest first; secrets masked' }),
  truncated: nullable(
    closedObject({ shown: Type.Integer(), total: Type.Integer() }, 'what --limit cut off; null for nothing'),
  ),
  lock: nullable(
    closedObject(
      {
        ...holder,
        state: oneOf(
          HOLDER_STATES,
          'alive or dead: proven on this host; elsewhere: on another host and heard of in time; expired: on another ' +
            'host and not heard of in time. A dead or expired one is no obstacle',
        ),
      },
      'who holds the lock of the cluster; null when nobody does',
    ),
  ),
  unfinished: Type.Array(unfinishedSchema, { description: 'what waits for rollback or resume' }),
  journal: nullable(
    Type.Array(journalEntrySchema, {
      description: 'of the one changeset asked for; null without --changeset-id',
    }),
  ),
  pre_snapshot_state: nullable(
    oneOf(
      PRE_SNAPSHOT_STATES,
      'whether the configuration kept from before that changeset still has its checksum; null without ' +
        '--changeset-id, or when none was taken',
    ),
  ),
});
type HistoryData = Static<typeof configHistoryData>;

export interface HistoryRequest {
  /** $PGDBA_HOME */
  readonly home: string;
  readonly fingerprint: string;
  /** Only this one, with its journal; null for all. */
  readonly changesetId: string | null;
  /** 0 = all */
  readonly limit: number;
  readonly now: Date;
  /** Told what could not be read of what was not asked for by name. */
  readonly warn: (broken: PgdbaError) => void;
}

/** The part of the answer that depends on whether one changeset was asked for. */
type Told = Pick<HistoryData, 'changesets' | 'truncated' | 'journal' | 'pre_snapshot_state'>;

/**
 * What was changed on a cluster, who is changing it now, and what waits to be finished; read from the files of
 * $PGDBA_HOME alone.
 * @throws PgdbaError `unknown_changeset`; `state_unusable` for the one that was asked for
 */
export async function historyOf(request: HistoryRequest): Promise<HistoryData> {
  const { home, fingerprint, changesetId, limit, now, warn } = request;
  const store = new ChangeSetStore(home, fingerprint);
  const told = changesetId === null ? await allOf(store, limit, warn) : await single(store, changesetId);
  const { unfinished, broken } = await unfinishedOf(home, fingerprint, now);
  broken.forEach(warn);
  return {
    ...told,
    changesets: told.changesets.map(maskedChangeSet),
    journal: told.journal?.map(maskedEntry) ?? null,
    lock: await lockOf(store.folder, now, warn),
    unfinished: [...unfinished],
  };
}

async function allOf(store: ChangeSetStore, limit: number, warn: HistoryRequest['warn']): Promise<Told> {
  const { changeSets, broken } = await store.list();
  broken.forEach(warn);
  const total = changeSets.length;
  const shown = limit === 0 ? total : Math.min(limit, total);
  return {
    changesets: changeSets.slice(0, shown),
    truncated: shown === total ? null : { shown, total },
    journal: null,
    pre_snapshot_state: null,
  };
}

async function single(store: ChangeSetStore, id: string): Promise<Told> {
  const changeSet = await store.load(id);
  const { pre_snapshot } = changeSet;
  return {
    changesets: [changeSet],
    truncated: null,
    journal: [...(await readJournal(store.journalPath(id)))],
    pre_snapshot_state: pre_snapshot === null ? null : await checkPreSnapshot(pre_snapshot),
  };
}

async function lockOf(folder: string, now: Date, warn: HistoryRequest['warn']): Promise<HistoryData['lock']> {
  try {
    const found = await lockHolderOf(folder);
    if (found === null) return null;
    const { schema: _schema, token: _token, ...holder } = found;
    const fate = await fateOfHolder(found);
    return { ...holder, state: fate === 'elsewhere' && looksExpired(found, now) ? 'expired' : fate };
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    warn(error);
    return null;
  }
}

function maskedChangeSet(changeSet: ChangeSet): ChangeSet {
  return { ...changeSet, parameters: changeSet.parameters.map(maskedParameter) };
}

function maskedParameter(parameter: ChangeParameter): ChangeParameter {
  const { name, old_value, new_value, old_line } = parameter;
  return {
    ...parameter,
    old_value: masked(name, old_value),
    new_value: masked(name, new_value),
    old_line: masked(name, old_line),
  };
}

function maskedEntry(entry: JournalEntry): JournalEntry {
  const { parameter, old_line, new_line } = entry;
  return {
    ...entry,
    ...(old_line === undefined ? {} : { old_line: masked(parameter ?? '', old_line) }),
    ...(new_line === undefined ? {} : { new_line: masked(parameter ?? '', new_line) }),
  };
}

function masked(name: string, value: string | null): string | null {
  return value === null ? null : maskSetting(name, value);
}
