import type { Catalog } from '../catalog/catalog.js';
import type { CostTable } from './costTable.js';
import type { SampleAround } from './sample.js';
import type { Check } from '../suggestData.js';

/** Candidate → what its gain rests on, and whether it holds. */
export type Checks = Map<string, readonly Check[]>;

/** What checks are made with. */
export interface CheckAround {
  readonly around: SampleAround;
  readonly catalog: Catalog;
  readonly checks: Checks;
  readonly table: Pick<CostTable, 'distrust'>;
}

export interface CheckOutcome {
  /** Ids of the picks whose gain is not real. */
  readonly failed: readonly string[];
  /** Whether a statement was found to gain nothing by a pick that others may still gain by. */
  readonly distrusted: boolean;
}
