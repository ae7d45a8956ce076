import type { BaselineHead } from './baseline/head.js';
import { isFile } from './baseline/reference.js';
import { BaselineStore } from './baseline/store.js';
import {
  baselineStoreOf,
  findBaseline,
  usableBaselines,
  type FoundBaseline,
  type StoreFlags,
} from './baselineStores.js';
import type { Run } from './run.js';

/** The baselines that a report is about, and those that the cluster of the later one has, oldest first. */
export interface ReportedPair {
  /** Null where there is none before the later one. */
  readonly before: FoundBaseline | null;
  readonly after: FoundBaseline;
  readonly store: BaselineStore;
  readonly heads: readonly BaselineHead[];
}

/**
 * The two baselines that are meant, wherever they lie: without words the latest and the one before it of the same
 * database, or the latest alone.
 * @throws PgdbaError `unknown_baseline`, `unknown_cluster`, `invalid_input`, `state_unusable`
 */
export async function pairOf(
  run: Run,
  flags: StoreFlags,
  wish: { readonly before: string | null; readonly after: string | null },
): Promise<ReportedPair> {
  const words = { before: wish.before, after: wish.after ?? 'latest' };
  const onlyFiles = isFile(words.after) && (words.before === null || isFile(words.before));
  const asked = onlyFiles ? null : await baselineStoreOf(run, flags);
  const kept = await usableBaselines(run, asked);
  const after = await findBaseline(words.after, asked, kept.heads);
  const store = asked ?? new BaselineStore(run.surroundings.home, after.head.fingerprint);
  const { heads } = asked === null ? await usableBaselines(run, store) : kept;
  const before =
    words.before === null
      ? await previous(after.head, store, heads)
      : await findBaseline(words.before, store, heads);
  return { before, after, store, heads };
}

async function previous(
  { id, collected_at, database }: BaselineHead,
  store: BaselineStore,
  heads: readonly BaselineHead[],
): Promise<FoundBaseline | null> {
  const older = heads.filter(
    (head) => head.id !== id && Date.parse(head.collected_at) < Date.parse(collected_at),
  );
  const head = older.findLast((one) => one.database === database);
  return head === undefined ? null : findBaseline(head.id, store, heads);
}
