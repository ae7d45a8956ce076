import type { Chosen } from '../rule.js';
import type { Situation } from '../situation.js';

/** What is reckoned with at least on a live server: PostgreSQL's default for max_connections. */
const LEAST = 100;
/** One look at the sessions, and their average, are no peak. */
const ABOVE_WHAT_WAS_SEEN = 3;

/**
 * How many connections memory is shared among: of a planned server all that are allowed; of a live one three times what
 * was seen, at least 100, and never more than are allowed. A max_connections of 1,000 that nobody uses should not starve
 * the thirty sessions that work. Null when max_connections is not known.
 */
export function likelyConnections({ evidence }: Situation, chosen: Pick<Chosen, 'numberOf'>): number | null {
  const allowed = chosen.numberOf('max_connections');
  const seen = evidence?.connections_peak ?? null;
  if (allowed === null || seen === null) return allowed;
  return Math.min(allowed, Math.max(LEAST, Math.ceil(seen * ABOVE_WHAT_WAS_SEEN)));
}
