import { oneOf } from '../core/schema.js';

/** What stands in `query`, and if nothing, why. */
export const QUERY_STATES = ['whole', 'cut', 'no_privilege', 'not_recorded'] as const;
export type QueryState = (typeof QUERY_STATES)[number];

export const queryStateSchema = oneOf(
  QUERY_STATES,
  'whole; cut at 500 characters (--full-text shows all); null because this role may not see it; null because the ' +
    'server does not have it (the entry or its text was thrown out meanwhile, or the log holds the duration alone)',
);

/** Characters of a text that are shown without --full-text. */
const SHOWN_CHARACTERS = 500;

/** A text as it is shown, cut between characters and not inside of one. */
export function shownText(text: string, full: boolean): { query: string; query_state: QueryState } {
  if (full || text.length <= SHOWN_CHARACTERS) return { query: text, query_state: 'whole' };
  // Half a character outside of the basic plane is none.
  return { query: text.slice(0, SHOWN_CHARACTERS).replace(/[\uD800-\uDBFF]$/, ''), query_state: 'cut' };
}
