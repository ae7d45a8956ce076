import { type Candidate, candidate, keyOf } from '../candidates/candidate.js';
import { rowsOf } from '../catalog/catalog.js';
import { selectivity } from '../judge/selectivity.js';
import { servedBy } from '../candidates/served.js';
import type { Advice } from './adviceParts.js';
import type { AntiRecommendation } from '../suggestData.js';
import { MOST_ROWS } from '../candidates/mostRows.js';
import { bringsMost } from '../understand.js';
import type { Predicate, TableUse, Term } from '../statement/usage.js';

type Reason = AntiRecommendation['reason'];
type Against = readonly [columns: readonly string[], reason: Reason, detail: string];

/** What queries look by and what is better not indexed, each once, with how many queries it is about. */
export function antiRecommendations(advice: Advice): AntiRecommendation[] {
  const found = new Map<string, AntiRecommendation>();
  for (const statement of advice.judged) {
    const told = new Set<string>();
    for (const use of statement.uses.uses) {
      for (const [columns, reason, detail] of against(advice, statement, use)) {
        const { schema, name } = use.relation;
        const key = JSON.stringify([schema, name, columns, reason]);
        if (told.has(key)) continue;
        told.add(key);
        const queries = (found.get(key)?.queries ?? 0) + 1;
        found.set(key, {
          schema,
          table: name,
          columns: [...columns],
          reason,
          detail,
          queries,
        });
      }
    }
  }
  const written = advice.choice.passed
    .filter(({ reason }) => reason === 'write_cost')
    .map(({ candidate: one }) => writeHeavy(one));
  const once = new Map(written.map((row) => [JSON.stringify([row.schema, row.table, row.columns]), row]));
  return [...found.entries(), ...once.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function writeHeavy({ relation, keys }: Candidate): AntiRecommendation {
  return {
    schema: relation.schema,
    table: relation.name,
    columns: keys.map(({ term }) => term.column?.name ?? term.sql),
    reason: 'write_cost',
    detail: 'an index would cost the writers of the table more than it spares its readers',
    queries: 1,
  };
}

function against(advice: Advice, statement: Advice['judged'][number], use: TableUse): Against[] {
  const { relation } = use;
  if (relation.system) return [];
  const rows = rowsOf(advice.catalog, relation);
  const large = ['r', 'p', 'm'].includes(relation.kind) && rows >= advice.wish.minRows;
  const unserved = use.unserved.map(({ columns, detail }): Against => [columns, 'not_indexable', detail]);
  const judged = use.predicates.flatMap((predicate): Against[] => {
    const verdict = judgePredicate(advice, statement, use, predicate, rows);
    return verdict === null ? [] : [[[nameOf(predicate.term)], ...verdict]];
  });
  return [...judged, ...servedOrder(use), ...(large ? unserved : [])];
}

function nameOf({ column, sql }: Term): string {
  return column?.name ?? sql;
}

/** The order that LIMIT stops in, where an index brings it already. */
function servedOrder({ relation, sort, limited }: TableUse): Against[] {
  const [first] = sort;
  if (first === undefined || !limited) return [];
  const keys = sort.map((key) => ({ ...key, opclass: null }));
  const index = servedBy(candidate({ relation, method: 'btree', keys, include: [], where: null }));
  return index === null
    ? []
    : [[[nameOf(first.term)], 'already_served', `the index ${index.name} serves its order`]];
}

function judgePredicate(
  advice: Advice,
  statement: Advice['judged'][number],
  use: TableUse,
  predicate: Predicate,
  rows: number,
): [Reason, string] | null {
  const { catalog, wish } = advice;
  const { relation } = use;
  if (relation.kind === 'f')
    return ['foreign_table', 'a foreign table has no indexes; the server behind it may need one'];
  if (!['r', 'p', 'm'].includes(relation.kind)) return ['not_a_table', 'it has no storage of its own'];
  if (rows < wish.minRows)
    return [
      'small_table',
      `${String(Math.round(rows))} rows are read faster than an index; --min-rows is ${String(wish.minRows)}`,
    ];
  const { term, shape, partner } = predicate;
  if (shape === 'contains' && term.column?.category === 'R') {
    const gist = relation.indexes.find(
      ({ method, keys }) =>
        method.endsWith('gist') && keys.some(({ column }) => column === term.column?.name),
    );
    return gist === undefined
      ? ['not_indexable', 'a range type asks for GiST, which is not judged here']
      : ['already_served', `the index ${gist.name} serves it`];
  }
  const index = servedBy(
    candidate({
      relation,
      method: 'btree',
      keys: [keyOf(term)],
      include: [],
      where: null,
      equalOnly: shape === 'equal',
    }),
    use,
  );
  if (index !== null) return ['already_served', `the index ${index.name} serves it`];
  const share = selectivity(predicate, catalog, relation);
  if (partner === null && share >= MOST_ROWS) {
    return [
      shape === 'range' ? 'most_rows_match' : 'low_selectivity',
      `it holds for about ${String(Math.round(share * 100))} % of the rows`,
    ];
  }
  return bringsMost(statement, rows)
    ? ['most_rows_match', 'its calls brought most of the rows of the table']
    : null;
}
