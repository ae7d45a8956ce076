import type { Candidate } from '../candidates/candidate.js';
import type { Predicate, TableUse } from '../statement/usage.js';

/** The conditions that narrow the search: equalities of leading keys, and of the next key whatever is left; null: none. */
export function servedPredicates(use: TableUse, index: Candidate): Predicate[] | null {
  const served: Predicate[] = [];
  for (const [at, { term, opclass }] of index.keys.entries()) {
    const about = use.predicates.filter(
      (predicate) => predicate.term.sql === term.sql && !predicate.inOr && predicate.partner === null,
    );
    const exact = about.find(({ shape }) => shape === 'equal' || shape === 'in' || shape === 'null');
    if (index.method === 'gin') {
      const contained = about.find(
        ({ shape }) =>
          shape === 'contains' ||
          shape === 'text_search' ||
          shape === 'infix' ||
          shape === 'pattern' ||
          shape === 'prefix',
      );
      return contained === undefined ? null : [contained];
    }
    if (exact !== undefined && opclass === null) {
      served.push(exact);
      continue;
    }
    const bytewise = opclass !== null || term.column?.bytewise === true;
    const tail = about.filter(
      ({ shape }) =>
        (shape === 'range' && opclass === null) || ((shape === 'prefix' || shape === 'pattern') && bytewise),
    );
    served.push(...tail);
    if (tail.length === 0 && at === 0 && index.where === null) return null;
    break;
  }
  return served.length === 0 && index.where === null ? null : served;
}
