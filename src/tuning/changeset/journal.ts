import { rm } from 'node:fs/promises';
import type { Clock } from '../../core/clock.js';
import { JsonLog, lastJsonLine, readJsonLines } from '../../core/jsonLines.js';
import { stateOf, type StateFormat } from '../../core/stateFile.js';
import { stateUnusable, writingState } from '../../core/stateUnusable.js';
import { validateJournalEntry } from '../../generated/validateJournalEntry.js';
import { validateJournalHeader } from '../../generated/validateJournalHeader.js';
import { JOURNAL_VERSION, type JournalEntry, type JournalHeader } from './journalSchema.js';

/** What a caller says of a step; the journal adds seq and time. */
export type JournalStep = Omit<JournalEntry, 'seq' | 'at'>;

const HEADER: StateFormat<JournalHeader> = {
  schema: JOURNAL_VERSION,
  accepts: (document): document is JournalHeader => validateJournalHeader(document),
  errors: () => validateJournalHeader.errors,
};

/**
 * The journal of one changeset, open for writing; who writes holds the cluster's lock. `append` resolves once the
 * entry is on disk. Order for the executor: `begin` (note = the operation) before the first step; each step's intent
 * before it is taken, its done or failed after; **the changeset is saved with its last status before `end`/`done`**,
 * which is the very last word: a journal that ends so is closed, and the search for unfinished changesets passes it
 * by. While a confirmation is awaited the journal ends with `end`/`intent`.
 */
export class Journal {
  private constructor(
    private readonly log: JsonLog,
    private readonly clock: Clock,
    private readonly written: JournalEntry[],
  ) {}

  /**
   * Makes the journal of a changeset; it and its folder are on disk.
   * @throws PgdbaError `state_unusable`, also when there is one
   */
  static async create(
    path: string,
    changeset: { readonly id: string; readonly fingerprint: string },
    clock: Clock,
  ): Promise<Journal> {
    const header: JournalHeader = {
      schema: JOURNAL_VERSION,
      changeset_id: changeset.id,
      fingerprint: changeset.fingerprint,
    };
    // Killed in the middle of this very step, an earlier run has left a file with nothing in it.
    if ((await read(path)) === undefined) await writingState(path, () => rm(path, { force: true }));
    return new Journal(await JsonLog.create(path, header), clock, []);
  }

  /**
   * Opens a journal to go on with it; a torn last line is cut off.
   * @throws PgdbaError `state_unusable`, naming the file: missing or broken
   */
  static async open(path: string, clock: Clock): Promise<Journal> {
    const found = await read(path);
    if (found === undefined) throw stateUnusable(path, 'it is missing, or holds not even its first line');
    return new Journal(await JsonLog.open(path, found.wholeBytes), clock, [...found.entries]);
  }

  /** All entries, those of earlier runs first. */
  get entries(): readonly JournalEntry[] {
    return this.written;
  }

  /**
   * Writes an entry and fsyncs it.
   * @throws PgdbaError `state_unusable` (the disk is full …): the entry is then not in the journal, so that its step
   * must not be taken
   */
  async append(step: JournalStep): Promise<JournalEntry> {
    const entry: JournalEntry = {
      seq: this.written.length + 1,
      at: this.clock.now().toISOString(),
      ...step,
    };
    await this.log.append(entry);
    this.written.push(entry);
    return entry;
  }

  async close(): Promise<void> {
    await this.log.close();
  }
}

/**
 * Entries of a journal; empty when there is none, or a crash left not even its first line.
 * @throws PgdbaError `state_unusable`, naming the file
 */
export async function readJournal(path: string): Promise<readonly JournalEntry[]> {
  return (await read(path))?.entries ?? [];
}

/** Whether the journal's last word is that the changeset is done with; reads the end of the file only. @throws PgdbaError `state_unusable` */
export async function isClosed(path: string): Promise<boolean> {
  const last = await lastJsonLine(path);
  if (last === null || typeof last !== 'object') return false;
  const { step, phase } = last as Partial<JournalEntry>;
  return step === 'end' && phase === 'done';
}

async function read(
  path: string,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly wholeBytes: number } | undefined> {
  const lines = await readJsonLines(path);
  const [header, ...rest] = lines?.documents ?? [];
  if (lines === undefined || header === undefined) return undefined;
  stateOf(path, header, HEADER);
  return { entries: rest.map((document, i) => entryOf(path, document, i + 1)), wholeBytes: lines.wholeBytes };
}

function entryOf(path: string, document: unknown, seq: number): JournalEntry {
  const line = `line ${String(seq + 1)}`;
  if (!validateJournalEntry(document)) {
    const [first] = validateJournalEntry.errors ?? [];
    throw stateUnusable(path, `${line}: ${first?.instancePath ?? ''} ${first?.message ?? 'is no entry'}`);
  }
  const entry = document as JournalEntry;
  if (entry.seq !== seq)
    throw stateUnusable(path, `${line}: seq is ${String(entry.seq)}, so that lines are missing`);
  return entry;
}
