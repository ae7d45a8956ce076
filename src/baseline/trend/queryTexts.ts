import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { Collected } from './series.js';
import type { History } from './walk.js';

const SHOWN = 200;

/** Texts of the queries among the series, cut, by queryid: of the newest baseline that can be opened and has them. */
export async function queryTexts(
  history: History,
  collected: readonly Collected[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(
    collected.flatMap(({ object }) => (object.object_type === 'query' ? [object.object] : [])),
  );
  const last = history.heads.at(-1);
  if (wanted.size === 0 || last === undefined) return new Map();
  const queries = (await history.whole(last))?.sections.queries;
  const rows = (queries?.sample2 ?? queries?.sample1)?.[pgStatStatements.id]?.rows ?? [];
  return new Map(
    rows.flatMap(({ queryid, query }) =>
      typeof queryid === 'string' && wanted.has(queryid) && typeof query === 'string'
        ? [[queryid, query.replace(/\s+/g, ' ').trim().slice(0, SHOWN)] as const]
        : [],
    ),
  );
}
