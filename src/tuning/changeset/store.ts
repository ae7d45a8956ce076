import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PgdbaError } from '../../core/errors.js';
import { readState, replaceState, updateState, type StateFormat } from '../../core/stateFile.js';
import { isRefusal, reasonOf, stateUnusable } from '../../core/stateUnusable.js';
import { validateChangeSet } from '../../generated/validateChangeSet.js';
import { CHANGESET_VERSION, type ChangeSet } from './changeSet.js';
import { clusterFolder } from '../../core/clusterFolder.js';

const FORMAT: StateFormat<ChangeSet> = {
  schema: CHANGESET_VERSION,
  accepts: (document): document is ChangeSet => validateChangeSet(document),
  errors: () => validateChangeSet.errors,
};

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const IS_UUID = new RegExp(`^${UUID}$`);
const FILE_NAME = new RegExp(`^(${UUID})\\.(?:json|journal\\.jsonl)$`);

/** The changesets of one cluster, as files of $PGDBA_HOME/snapshots/<fingerprint>/changesets. */
export class ChangeSetStore {
  /** $PGDBA_HOME/snapshots/<fingerprint>; the lock lies there too. */
  readonly folder: string;

  constructor(
    home: string,
    readonly fingerprint: string,
  ) {
    this.folder = clusterFolder(home, fingerprint);
  }

  /** Replaces the changeset's file as a whole. @throws PgdbaError `state_unusable`; the old one is then still there */
  async save(changeSet: ChangeSet): Promise<void> {
    await replaceState(this.#pathOf(changeSet.id, 'json'), changeSet);
  }

  /**
   * Changes the document of a changeset, while no other pgdba does the same; nothing is written when `change` returns
   * what it was given, or throws.
   * @returns the changeset as it is now
   * @throws PgdbaError `unknown_changeset`, `state_unusable`; what `change` throws
   */
  async update(id: string, change: (before: ChangeSet) => ChangeSet): Promise<ChangeSet> {
    await this.load(id);
    return updateState(this.#pathOf(id, 'json'), FORMAT, (before) => {
      if (before === undefined) throw unknownChangeset(id);
      return change(before);
    });
  }

  /**
   * The changeset of that id.
   * @throws PgdbaError `unknown_changeset`, also for what is no UUID; `state_unusable`, naming the file
   */
  async load(id: string): Promise<ChangeSet> {
    const path = this.#pathOf(id, 'json');
    const found = await readState(path, FORMAT);
    if (found === undefined) throw unknownChangeset(id);
    if (found.id !== id.toLowerCase()) throw stateUnusable(path, 'it holds another changeset');
    if (found.fingerprint !== this.fingerprint) throw stateUnusable(path, 'it is of another cluster');
    return found;
  }

  /** Every changeset that can be read, newest first, and why the others cannot. @throws PgdbaError `state_unusable` */
  async list(): Promise<{
    readonly changeSets: readonly ChangeSet[];
    readonly broken: readonly PgdbaError[];
  }> {
    const changeSets: ChangeSet[] = [];
    const broken: PgdbaError[] = [];
    for (const { id, hasDocument } of await this.ids()) {
      if (!hasDocument) continue;
      try {
        changeSets.push(await this.load(id));
      } catch (error) {
        if (!(error instanceof PgdbaError)) throw error;
        // One that was removed while we read is no news.
        if (error.code !== 'unknown_changeset') broken.push(error);
      }
    }
    const newestFirst = (a: ChangeSet, b: ChangeSet): number =>
      b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id);
    return { changeSets: changeSets.sort(newestFirst), broken };
  }

  /** Ids of all changesets, and which of their files there are; no file is opened. @throws PgdbaError `state_unusable` */
  async ids(): Promise<readonly { id: string; hasDocument: boolean; hasJournal: boolean }[]> {
    const entries = await readdir(join(this.folder, 'changesets')).catch((error: unknown) => {
      if (isRefusal(error, 'ENOENT')) return [];
      throw stateUnusable(join(this.folder, 'changesets'), reasonOf(error), error);
    });
    const names = new Set(entries);
    const ids = new Set(entries.flatMap((entry) => FILE_NAME.exec(entry)?.[1] ?? []));
    return [...ids].sort().map((id) => ({
      id,
      hasDocument: names.has(`${id}.json`),
      hasJournal: names.has(`${id}.journal.jsonl`),
    }));
  }

  /** Where its journal is, or would be. @throws PgdbaError `unknown_changeset` for what is no UUID */
  journalPath(id: string): string {
    return this.#pathOf(id, 'journal.jsonl');
  }

  /** Only a UUID becomes part of a path. */
  #pathOf(id: string, extension: string): string {
    const known = id.toLowerCase();
    if (!IS_UUID.test(known)) throw unknownChangeset(id);
    return join(this.folder, 'changesets', `${known}.${extension}`);
  }
}

function unknownChangeset(id: string): PgdbaError {
  return new PgdbaError('unknown_changeset', `there is no changeset ${JSON.stringify(id)} of this cluster`);
}
