import type { Catalog } from '../catalog/catalog.js';
import type { Scope } from './scope.js';
import type { FoundTerm } from './foundTerm.js';

/** What reads conditions, and the subqueries in them. */
export interface ConditionReader {
  readonly scope: Scope;
  readonly catalog: Catalog;
  /** Reads a subquery in a condition; returns the term of its only column, when that is one of a table. */
  readonly subquery: (select: unknown) => FoundTerm | null;
}
