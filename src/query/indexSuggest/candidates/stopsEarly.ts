import type { Candidate } from './candidate.js';
import type { TableUse } from '../statement/usage.js';

/** Where rows come in order and some are filtered away, the planner hopes to find enough of them early. */
export function hopesToStopEarly({ keys, where }: Candidate, use: TableUse): boolean {
  const [first] = use.sort;
  const at = keys.findIndex(({ term }) => term.sql === first?.term.sql);
  if (!use.limited || at < 0) return false;
  const held = new Set([...keys.map(({ term }) => term.sql), ...(where === null ? [] : [where.term.sql])]);
  return (
    use.residual > 0 || use.predicates.some(({ term, shape }) => !held.has(term.sql) && shape !== 'not_null')
  );
}
