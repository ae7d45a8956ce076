import { diffBaselines, type Differences } from '../../../src/baseline/diff/diff.js';
import type { Baseline } from '../../../src/baseline/document.js';
import { METRICS } from '../../../src/baseline/metrics/registry.js';
import type { BaselineStore } from '../../../src/baseline/store.js';

/** What changed each night since the one before, by the number of the night. */
export async function diffsOf(store: BaselineStore): Promise<ReadonlyMap<number, Differences>> {
  const { heads } = await store.heads();
  const found = new Map<number, Differences>();
  let before: Baseline | null = null;
  for (const [night, head] of heads.entries()) {
    const after = await store.load(head);
    const earlier = { heads: heads.slice(0, night), slim: store.slim.bind(store) };
    if (before !== null) {
      found.set(night, await diffBaselines({ before, after, earlier, audit: [], metrics: METRICS }));
    }
    before = after;
  }
  return found;
}
