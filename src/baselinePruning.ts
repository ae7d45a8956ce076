import { prunedOf, type PruneData } from './baseline/pruneData.js';
import { planPruning, type Kept, type PrunePlan, type PruneRules } from './baseline/pruning.js';
import type { BaselineStore } from './baseline/store.js';
import { usableBaselines } from './baselineStores.js';
import { PgdbaError } from './core/errors.js';
import type { Outcome, Run } from './run.js';

/** Removes the baselines of a store that the rules do not keep. */
export async function pruneBaselines(
  run: Run,
  store: BaselineStore | null,
  rules: PruneRules,
  dryRun: boolean,
): Promise<Outcome> {
  const { heads, broken } = await usableBaselines(run, store);
  const sized = store === null ? [] : await store.sized(heads);
  const plan = planPruning(sized, rules, run.clock.now());
  warnOfRoom(run, plan, rules);
  const { gone, leftovers, error } =
    store === null || dryRun
      ? { gone: plan.remove, leftovers: (await store?.leftovers(run.clock.now())) ?? [], error: null }
      : await carryOut(store, plan, run.clock.now());
  const before = bytesOf(sized);
  const data: PruneData = {
    fingerprint: store?.fingerprint ?? null,
    dry_run: dryRun,
    removed: gone.map(prunedOf),
    kept: plan.keep.map((one) => ({ ...prunedOf(one), by: [...one.by] })),
    unusable: broken.map(({ message }) => message),
    leftovers: [...leftovers],
    bytes_before: before,
    bytes_after: before - bytesOf(gone),
  };
  return error === null ? { data } : { data, error };
}

/** What cannot be removed ends the work; what was removed until then is told. */
async function carryOut(
  store: BaselineStore,
  { remove }: PrunePlan,
  now: Date,
): Promise<{ gone: readonly Kept[]; leftovers: readonly string[]; error: PgdbaError | null }> {
  const gone: Kept[] = [];
  try {
    for (const one of remove) {
      await store.remove(one.head);
      gone.push(one);
    }
    const leftovers = await store.leftovers(now);
    await store.removeLeftovers(leftovers);
    return { gone, leftovers, error: null };
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    return { gone, leftovers: [], error };
  }
}

function warnOfRoom(run: Run, { keep }: PrunePlan, { maxBytes }: PruneRules): void {
  const bytes = bytesOf(keep);
  if (maxBytes === null || bytes <= maxBytes) return;
  run.warn(
    'baselines_over_limit',
    `what is kept takes ${String(bytes)} bytes, more than --max-bytes (${String(maxBytes)})`,
    { hint: 'Keep rules keep more than fits, or one baseline alone is larger.' },
  );
}

function bytesOf(baselines: readonly Kept[]): number {
  return baselines.reduce((sum, { bytes }) => sum + bytes, 0);
}
