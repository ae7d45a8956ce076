import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterFolder } from '../core/clusterFolder.js';
import { PgdbaError } from '../core/errors.js';
import { fewAtOnce } from '../core/fewAtOnce.js';
import { readState, readStateBytes, replaceFile, replaceState, syncFolder } from '../core/stateFile.js';
import { isRefusal, reasonOf, stateUnusable, writingState } from '../core/stateUnusable.js';
import { DOCUMENT, documentIn, HEAD, SLIM } from './baselineFormat.js';
import type { Baseline } from './document.js';
import { headOf, type BaselineHead } from './head.js';
import { METRICS } from './metrics/registry.js';
import { jsonPieces, packed, sha256 } from './pack.js';
import type { Kept } from './pruning.js';
import { slimOf, type Slim } from './slim.js';
import { slimFileOf, slimOfFile } from './slimFile.js';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const DOCUMENT_NAME = new RegExp(`^(${UUID})\\.json\\.gz$`);
const DERIVED_NAME = new RegExp(`^(${UUID})\\.(?:slim\\.json\\.gz|head\\.json)$`);
const TEMPORARY_NAME = new RegExp(`^\\.${UUID}\\..*\\.tmp$`);
const DAY_MS = 86_400_000;
const EXTENSIONS = { document: 'json.gz', slim: 'slim.json.gz', head: 'head.json' } as const;

/** Heads are small files; so many are read at a time. */
const AT_ONCE = 16;

/** The baselines of a cluster that can be used, and why the others cannot. */
export interface StoredBaselines {
  /** By `collected_at`, oldest first. */
  readonly heads: readonly BaselineHead[];
  /** `state_unusable`, each naming its file. */
  readonly broken: readonly PgdbaError[];
}

/**
 * The baselines of one cluster, as files of $PGDBA_HOME/snapshots/<fingerprint>/baselines. The document is the truth;
 * head and slim are made of it, and made anew in memory wherever they are missing, older or broken. Nobody ever
 * changes a document, and each has an id of its own, so that writers need no lock.
 */
export class BaselineStore {
  readonly folder: string;

  constructor(
    home: string,
    readonly fingerprint: string,
  ) {
    this.folder = join(clusterFolder(home, fingerprint), 'baselines');
  }

  /**
   * Writes the document, then what is made of it: a crash in between leaves a baseline that is read a little slower.
   * @throws PgdbaError `state_unusable`, when the document cannot be written; nothing of it is then there
   */
  async save(baseline: Baseline): Promise<BaselineHead> {
    const bytes = await packed(jsonPieces(baseline));
    const path = this.#pathOf(baseline.id, 'document');
    await replaceFile(path, bytes);
    const head = headOf(baseline, { path, sha256: sha256(bytes), bytes: bytes.length });
    await this.#derive(baseline, head);
    return head;
  }

  /** Every baseline that can be read, and why the others cannot. @throws PgdbaError `state_unusable` for the folder */
  async heads(): Promise<StoredBaselines> {
    const ids = (await this.#files()).flatMap((name) => DOCUMENT_NAME.exec(name)?.[1] ?? []);
    const found = await fewAtOnce(ids, AT_ONCE, (id) => this.#headOrError(id));
    const heads = found.flatMap((one) => (one === null || one instanceof PgdbaError ? [] : [one]));
    return { heads: heads.sort(oldestFirst), broken: found.filter((one) => one instanceof PgdbaError) };
  }

  /** The whole baseline, once it is sure to be what was written. @throws PgdbaError `state_unusable`, naming the file */
  async load(head: BaselineHead): Promise<Baseline> {
    const { path } = head;
    const bytes = await readStateBytes(path);
    if (bytes === undefined) throw stateUnusable(path, 'it is gone');
    if (sha256(bytes) !== head.sha256)
      throw stateUnusable(path, 'it is not what was written: its checksum differs');
    return this.#ofThisCluster(path, head.id, await documentIn(path, bytes, DOCUMENT));
  }

  /** What metrics look at. @throws PgdbaError `state_unusable`, naming the file, when the document is wanted and broken */
  async slim(head: BaselineHead): Promise<Slim> {
    const path = this.#pathOf(head.id, 'slim');
    const found = await unlessUnusable(async () => {
      const bytes = await readStateBytes(path);
      return bytes === undefined
        ? null
        : slimOfFile(await documentIn(path, bytes, SLIM), head.sha256, METRICS);
    });
    return found ?? slimOf(await this.load(head), METRICS);
  }

  /** Removes a baseline, its document first. @throws PgdbaError `state_unusable` */
  async remove({ id }: BaselineHead): Promise<void> {
    const document = this.#pathOf(id, 'document');
    await writingState(document, async () => {
      await rm(document, { force: true });
      await syncFolder(this.folder);
      await rm(this.#pathOf(id, 'slim'), { force: true });
      await rm(this.#pathOf(id, 'head'), { force: true });
    });
  }

  /** What all files of each take together, bytes. */
  async sized(heads: readonly BaselineHead[]): Promise<Kept[]> {
    return fewAtOnce(heads, AT_ONCE, async (head) => {
      const derived = [this.#pathOf(head.id, 'slim'), this.#pathOf(head.id, 'head')];
      const sizes = await Promise.all(derived.map(sizeOf));
      return { head, bytes: sizes.reduce((sum, size) => sum + size, head.bytes) };
    });
  }

  /**
   * Files that belong to no document and that nobody is writing any more: those of prunes that were killed, and
   * temporary ones that are a day old.
   * @throws PgdbaError `state_unusable`
   */
  async leftovers(now: Date): Promise<string[]> {
    const names = await this.#files();
    const documents = new Set(names.flatMap((name) => DOCUMENT_NAME.exec(name)?.[1] ?? []));
    const derived = names.filter((name) => {
      const id = DERIVED_NAME.exec(name)?.[1];
      return id !== undefined && !documents.has(id);
    });
    const temporary = names.filter((name) => TEMPORARY_NAME.test(name));
    const old = await Promise.all(temporary.map(async (name) => await isOld(join(this.folder, name), now)));
    return [...derived, ...temporary.filter((_name, i) => old[i])].map((name) => join(this.folder, name));
  }

  /** @param paths as {@link leftovers} gave them @throws PgdbaError `state_unusable` */
  async removeLeftovers(paths: readonly string[]): Promise<void> {
    for (const path of paths) await writingState(path, () => rm(path, { force: true }));
  }

  /** Without them a baseline is as good: what cannot be written is made anew when it is wanted. */
  async #derive(baseline: Baseline, head: BaselineHead): Promise<void> {
    await unlessUnusable(async () => {
      const slim = slimFileOf(slimOf(baseline, METRICS), head.sha256, METRICS);
      await replaceFile(this.#pathOf(head.id, 'slim'), await packed(jsonPieces(slim)));
      await replaceState(this.#pathOf(head.id, 'head'), head);
      return null;
    });
  }

  /** Null for one that was removed while we read. */
  async #headOrError(id: string): Promise<BaselineHead | PgdbaError | null> {
    const path = this.#pathOf(id, 'document');
    try {
      const { size } = await stat(path);
      return (await this.#storedHead(id, path, size)) ?? (await this.#headOfDocument(id, path));
    } catch (error) {
      if (error instanceof PgdbaError) return error;
      if (isRefusal(error, 'ENOENT')) return null;
      return stateUnusable(path, reasonOf(error), error);
    }
  }

  /** Null where there is none that fits the document. */
  async #storedHead(id: string, path: string, size: number): Promise<BaselineHead | null> {
    const head = await unlessUnusable(async () => (await readState(this.#pathOf(id, 'head'), HEAD)) ?? null);
    const fits = head?.id === id && head.bytes === size && head.fingerprint === this.fingerprint;
    return fits ? { ...head, path } : null;
  }

  async #headOfDocument(id: string, path: string): Promise<BaselineHead | null> {
    const bytes = await readStateBytes(path);
    if (bytes === undefined) return null;
    const baseline = this.#ofThisCluster(path, id, await documentIn(path, bytes, DOCUMENT));
    return headOf(baseline, { path, sha256: sha256(bytes), bytes: bytes.length });
  }

  #ofThisCluster(path: string, id: string, baseline: Baseline): Baseline {
    if (baseline.id !== id) throw stateUnusable(path, 'it holds another baseline');
    if (baseline.cluster.fingerprint !== this.fingerprint)
      throw stateUnusable(path, 'it is of another cluster');
    return baseline;
  }

  async #files(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (isRefusal(error, 'ENOENT')) return [];
      throw stateUnusable(this.folder, reasonOf(error), error);
    }
  }

  #pathOf(id: string, what: keyof typeof EXTENSIONS): string {
    return join(this.folder, `${id}.${EXTENSIONS[what]}`);
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function isOld(path: string, now: Date): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && now.getTime() - found.mtimeMs > DAY_MS;
}

function oldestFirst(a: BaselineHead, b: BaselineHead): number {
  return Date.parse(a.collected_at) - Date.parse(b.collected_at) || (a.id < b.id ? -1 : 1);
}

/** Null where a file that can be made anew cannot be used. */
async function unlessUnusable<T>(work: () => Promise<T | null>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PgdbaError && error.code === 'state_unusable') return null;
    throw error;
  }
}
