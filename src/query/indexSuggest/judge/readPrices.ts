import type { UserSettings } from '../../plan/userSettings.js';
import type { Prices } from './prices.js';

/** Settings that say what the planner reckons with. */
export const PRICES = [
  'seq_page_cost',
  'random_page_cost',
  'cpu_tuple_cost',
  'cpu_index_tuple_cost',
  'cpu_operator_cost',
  'block_size',
] as const;

/** The prices in a role’s settings; PostgreSQL’s defaults for what is not there. */
export function pricesOf(role: UserSettings): Prices {
  const price = (name: string, usual: number): number => Number(role[name] ?? usual);
  return {
    seqPage: price('seq_page_cost', 1),
    randomPage: price('random_page_cost', 4),
    tuple: price('cpu_tuple_cost', 0.01),
    indexTuple: price('cpu_index_tuple_cost', 0.005),
    operator: price('cpu_operator_cost', 0.0025),
  };
}
