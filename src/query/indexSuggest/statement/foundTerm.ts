import type { OpenUse } from './scope.js';
import type { Term } from './usage.js';

/** A term and the table use that it is of. */
export interface FoundTerm {
  readonly use: OpenUse;
  readonly term: Term;
  readonly outer: boolean;
}
