import type { Candidate } from '../candidates/candidate.js';
import type { Catalog } from '../catalog/catalog.js';
import { hopesToStopEarly } from '../candidates/stopsEarly.js';
import { LEAST_CUT } from './leastCosts.js';
import { type Judged, limitOf } from '../judge/judge.js';
import { type SampleAround, readPosition } from './sample.js';
import type { Check } from '../suggestData.js';
import type { Predicate, TableUse } from '../statement/usage.js';
import type { CheckAround } from './checkAround.js';
import { usesOf } from './checkedUses.js';

/**
 * Whether the rows that are looked for come early in the order, as LIMIT hopes. A statement for which they do not is
 * not helped; nor is one for which nobody knows, where the index has others to help.
 */
export async function checkPositions(
  one: Candidate,
  hopeful: readonly Judged[],
  hasOthers: boolean,
  { around, catalog, table }: CheckAround,
): Promise<{ checks: Check[]; failed: Check[]; distrusted: boolean }> {
  const checks: Check[] = [];
  const failed: Check[] = [];
  let distrusted = false;
  for (const statement of hopeful) {
    const [use] = usesOf(one, [statement]).filter((mine) => hopesToStopEarly(one, mine));
    if (use === undefined) continue;
    const check = await checkPosition(statement, one, use, catalog, around);
    if (check.result === 'fails' || (check.result === 'not_checked' && hasOthers)) {
      table.distrust(statement, one);
      distrusted = true;
      if (check.result === 'fails') failed.push(check);
    } else checks.push(check);
  }
  return { checks, failed, distrusted };
}

/** The terms by which an index leads to one stretch of the order: its first keys, and its own condition. */
function leadingTo({ keys, where }: Candidate, use: TableUse): Set<string> {
  const start = keys.findIndex(({ term }) => term.sql === use.sort[0]?.term.sql);
  return new Set([...keys.slice(0, start), ...(where === null ? [] : [where])].map(({ term }) => term.sql));
}

async function checkPosition(
  statement: Judged,
  one: Candidate,
  use: TableUse,
  catalog: Catalog,
  around: SampleAround,
): Promise<Check> {
  const leading = leadingTo(one, use);
  const texts = (some: readonly Predicate[]): string[] => some.flatMap(({ sql }) => sql ?? []);
  const conditions = {
    within: texts(use.predicates.filter((predicate) => leading.has(predicate.term.sql))),
    sought: [
      ...texts(use.predicates.filter((predicate) => !leading.has(predicate.term.sql))),
      ...use.filters,
    ],
  };
  const known =
    use.residual === use.filters.length &&
    conditions.within.length + conditions.sought.length === use.predicates.length + use.filters.length &&
    conditions.sought.length > 0;
  const found = known ? await readPosition(around, use, catalog, conditions, limitOf(statement)) : null;
  if (found === null) {
    return {
      assumption: 'limit_stops_early',
      result: 'not_checked',
      sample_rows: null,
      detail:
        'reading in order stops early only where the rows that are looked for come early; they are not known',
    };
  }
  const { rows, share, matches } = found;
  const read = share * found.tableRows;
  const cost =
    read *
    (around.prices.tuple +
      around.prices.indexTuple +
      around.prices.randomPage * (1 - found.correlation ** 2));
  return {
    assumption: 'limit_stops_early',
    result: cost > (1 - LEAST_CUT) * statement.cost ? 'fails' : 'holds',
    sample_rows: rows,
    detail: `${String(matches)} rows of the sample match; ${String(Math.round(share * 1000) / 10)} % of the table is read in order before enough are found`,
  };
}
