import type { Catalog } from '../catalog/catalog.js';
import type { Prices } from './prices.js';

/** What the statistics judge knows of the database. */
export interface Knowledge {
  readonly catalog: Catalog;
  readonly prices: Prices;
}
