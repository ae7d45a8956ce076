import type { Candidate } from '../candidates/candidate.js';
import { rowsOf } from '../catalog/catalog.js';
import type { Judged } from './judge.js';
import { selectivity } from './selectivity.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { Knowledge } from './knowledge.js';

/** ORDER BY … LIMIT over one table: reading in order and stopping, instead of reading all and sorting. */
export function orderedCost(
  statement: Judged,
  use: TableUse,
  index: Candidate,
  known: Knowledge,
): number | null {
  const { catalog } = known;
  if (!use.limited || use.sort.length === 0 || statement.uses.uses.length > 1 || index.method !== 'btree')
    return null;
  const [first] = use.sort;
  const start = index.keys.findIndex(({ term }) => term.sql === first?.term.sql);
  const exact = (sql: string): Predicate | undefined =>
    use.predicates.find(
      ({ term, shape, inOr }) => term.sql === sql && !inOr && (shape === 'equal' || shape === 'null'),
    );
  const leading = index.keys.slice(0, Math.max(start, 0)).map(({ term }) => exact(term.sql));
  const follows = use.sort.every(({ term, descending }, at) => {
    const key = index.keys[start + at];
    return (
      key?.term.sql === term.sql &&
      (descending === first?.descending) === (key.descending === index.keys[start]?.descending)
    );
  });
  if (start < 0 || !follows || leading.some((predicate) => predicate === undefined)) return null;
  const shares = leading.flatMap((predicate) =>
    predicate === undefined ? [] : selectivity(predicate, catalog, use.relation),
  );
  const share = shares.reduce(
    (product, next) => product * next,
    index.where === null ? 1 : selectivity(index.where, catalog, use.relation),
  );
  const matching = Math.max(1, rowsOf(catalog, use.relation) * share);
  const rest = use.predicates.filter(
    ({ term }) =>
      !index.keys.slice(0, start + use.sort.length).some((key) => key.term.sql === term.sql) &&
      term.sql !== index.where?.term.sql,
  );
  const filtered = rest.reduce(
    (product, predicate) => product * selectivity(predicate, catalog, use.relation),
    1,
  );
  const wanted = statement.nodes[0]?.type === 'Limit' ? statement.nodes[0].planRows : 1;
  const read = Math.min(matching, wanted / Math.max(filtered, 1e-9));
  return known.prices.randomPage * (2 + read) + read * (known.prices.tuple + known.prices.indexTuple);
}
