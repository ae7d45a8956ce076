import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBaseline } from './baseline/baselineFile.js';
import type { Baseline } from './baseline/document.js';
import { headOf, type BaselineHead } from './baseline/head.js';
import { METRICS } from './baseline/metrics/registry.js';
import { sha256 } from './baseline/pack.js';
import { chooseBaseline, isFile } from './baseline/reference.js';
import { slimOf, type Slim } from './baseline/slim.js';
import { BaselineStore, type StoredBaselines } from './baseline/store.js';
import { fingerprintOf } from './clusterFingerprint.js';
import { asError, PgdbaError } from './core/errors.js';
import { isRefusal, reasonOf, stateUnusable } from './core/stateUnusable.js';
import { Reach, type ReachFlags } from './reach.js';
import type { Run } from './run.js';

/** Flags that say of which cluster the baselines are. */
export interface StoreFlags extends ReachFlags {
  readonly fingerprint?: string | undefined;
}

/** A baseline that somebody named, wherever it lies. */
export interface FoundBaseline {
  readonly head: BaselineHead;
  /** @throws PgdbaError `state_unusable` */
  readonly load: () => Promise<Baseline>;
  /** @throws PgdbaError `state_unusable` */
  readonly slim: () => Promise<Slim>;
}

/**
 * The store of the cluster that the flags name: by the beginning of its fingerprint, by the registry’s or the server’s
 * word, else the only cluster that has baselines. Null when no cluster has any.
 * @throws PgdbaError `unknown_cluster` when several have, or none of that fingerprint; of connecting
 */
export async function baselineStoreOf(run: Run, flags: StoreFlags): Promise<BaselineStore | null> {
  const { home, env } = run.surroundings;
  const kept = await clustersWithBaselines(home);
  const of = (fingerprint: string): BaselineStore => new BaselineStore(home, fingerprint);
  if (flags.fingerprint !== undefined) return of(chooseCluster(flags.fingerprint, kept));
  if (flags.name !== undefined || flags.dsn !== undefined) return of(await namedCluster(run, flags, kept));
  const [only, another] = kept;
  if (only === undefined) return null;
  if (another === undefined) return of(only);
  if (SERVER_VARIABLES.some((name) => env[name] !== undefined))
    return of(await namedCluster(run, flags, kept));
  throw new PgdbaError('unknown_cluster', `baselines of ${String(kept.length)} clusters are kept`, {
    hint: `Give --name, --dsn or --fingerprint: ${kept.map((one) => one.slice(0, 12)).join(', ')}.`,
  });
}

/** The baselines of a store that can be used; of the others it is warned. @throws PgdbaError `state_unusable` */
export async function usableBaselines(run: Run, store: BaselineStore | null): Promise<StoredBaselines> {
  if (store === null) return { heads: [], broken: [] };
  const stored = await store.heads();
  for (const { message, hint } of stored.broken) run.warn('baseline_unusable', message, { hint });
  return stored;
}

/**
 * The baseline that the words mean: a file, or one of the store that the flags name, which is then only looked for.
 * @throws PgdbaError `unknown_baseline`; `invalid_input` for a file; as {@link baselineStoreOf}
 */
export async function baselineFor(run: Run, flags: StoreFlags, reference: string): Promise<FoundBaseline> {
  if (isFile(reference)) return findBaseline(reference, null, []);
  const store = await baselineStoreOf(run, flags);
  const { heads } = await usableBaselines(run, store);
  return findBaseline(reference, store, heads);
}

/**
 * As {@link baselineFor}, of a store whose baselines are listed.
 * @param heads of the store, oldest first
 * @throws PgdbaError `unknown_baseline`; `invalid_input` for a file
 */
export async function findBaseline(
  reference: string,
  store: BaselineStore | null,
  heads: readonly BaselineHead[],
): Promise<FoundBaseline> {
  if (isFile(reference)) return fileBaseline(reference);
  const head = chooseBaseline(reference, heads);
  if (store === null) throw new Error('a head without a store');
  return { head, load: () => store.load(head), slim: () => store.slim(head) };
}

async function fileBaseline(path: string): Promise<FoundBaseline> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new PgdbaError('invalid_input', `${path} cannot be read: ${asError(error).message}`, {
      cause: error,
    });
  });
  const baseline = await parseBaseline(path, bytes);
  const head = headOf(baseline, { path, sha256: sha256(bytes), bytes: bytes.length });
  return {
    head,
    load: () => Promise.resolve(baseline),
    slim: () => Promise.resolve(slimOf(baseline, METRICS)),
  };
}

/** What says which server is meant, where no flag does. */
const SERVER_VARIABLES = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGSERVICE'];

/** Once it is pinned, nobody needs to ask the server. */
async function namedCluster(run: Run, flags: ReachFlags, kept: readonly string[]): Promise<string> {
  const reach = new Reach(run, flags, 'fail');
  const pinned = await reach.pinned();
  return pinned !== null && kept.includes(pinned.value) ? pinned.value : fingerprintOf(reach, run);
}

/** @throws PgdbaError `usage` for what is no fingerprint; `unknown_cluster` */
function chooseCluster(prefix: string, kept: readonly string[]): string {
  if (!/^[0-9a-f]{4,64}$/i.test(prefix))
    throw new PgdbaError('usage', `"${prefix}" is not the beginning of a fingerprint`, {
      hint: 'Give at least four of its 64 hexadecimal digits.',
    });
  const begun = kept.filter((fingerprint) => fingerprint.startsWith(prefix.toLowerCase()));
  const [only, another] = begun;
  if (only !== undefined && another === undefined) return only;
  throw new PgdbaError(
    'unknown_cluster',
    only === undefined
      ? `there are no baselines of a cluster whose fingerprint begins with ${prefix}`
      : `the fingerprints of ${String(begun.length)} clusters begin with ${prefix}`,
    {
      hint:
        kept.length === 0
          ? 'pgdba baseline takes one.'
          : `Baselines are kept of: ${kept.map((one) => one.slice(0, 12)).join(', ')}.`,
    },
  );
}

async function clustersWithBaselines(home: string): Promise<string[]> {
  const clusters = await entriesOf(join(home, 'snapshots'));
  const kept = await Promise.all(
    clusters
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map(async (name) => {
        const files = await entriesOf(join(home, 'snapshots', name, 'baselines'));
        return files.some((file) => file.endsWith('.json.gz')) ? [name] : [];
      }),
  );
  return kept.flat().sort();
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isRefusal(error, 'ENOENT') || isRefusal(error, 'ENOTDIR')) return [];
    throw stateUnusable(folder, reasonOf(error), error);
  }
}
