import { type Candidate, columnsIn } from '../candidates/candidate.js';
import { LEAST_CUT } from './leastCosts.js';
import type { Judged } from '../judge/judge.js';
import { type Pairs, readFitting, readPairs } from './sample.js';
import type { Check } from '../suggestData.js';
import type { TableUse } from '../statement/usage.js';
import type { CheckAround } from './checkAround.js';
import { usesOf } from './checkedUses.js';

/** Columns that are compared with one value each: what the planner takes for independent of each other. */
function exactColumns(use: TableUse): Set<string> {
  return new Set(
    use.predicates.flatMap(({ shape, term, partner, inOr }) =>
      shape === 'equal' && partner === null && !inOr && term.column !== null ? [term.column.name] : [],
    ),
  );
}

/** What finds rows without the candidate: the equal columns that an existing index, or its own first key, begins with. */
function withoutIt(one: Candidate, exact: ReadonlySet<string>): string[] {
  const existing = one.relation.indexes
    .filter(({ valid, predicate }) => valid && predicate === null)
    .map(({ keys }) =>
      leading(
        keys.map(({ column }) => column),
        exact,
      ),
    );
  const own = leading(
    one.keys.map(({ term }) => term.column?.name ?? null),
    exact,
  );
  return [...existing, own.slice(0, -1)].reduce(
    (longest, next) => (next.length > longest.length ? next : longest),
    [],
  );
}

function leading(columns: readonly (string | null)[], exact: ReadonlySet<string>): string[] {
  const end = columns.findIndex((column) => column === null || !exact.has(column));
  return columns.slice(0, end < 0 ? columns.length : end).filter((column) => column !== null);
}

/** Whether the columns that the candidate adds to the search leave fewer rows than those that are searched already. */
export async function checkColumns(
  one: Candidate,
  helped: readonly Judged[],
  { around, catalog }: CheckAround,
): Promise<Check | null> {
  const results: Check[] = [];
  for (const use of usesOf(one, helped)) {
    const exact = exactColumns(use);
    const before = withoutIt(one, exact);
    const after = [...new Set([...before, ...[...columnsIn(one)].filter((name) => exact.has(name))])];
    const tail = one.keys.some(({ term }) => term.column !== null && !exact.has(term.column.name));
    if (before.length === 0 || after.length === before.length || tail) return null;
    const added = after.filter((name) => !before.includes(name));
    const fits = conditionOf(use, added);
    // The rows that are looked for may be few where most agree: a common value tells nothing of a rare one.
    const fitting = fits === null ? null : await readFitting(around, one.relation, catalog, before, fits);
    const sample =
      fitting !== null && fitting.before >= LEAST_PAIRS
        ? fitting
        : await readPairs(around, one.relation, catalog, before, after);
    results.push(judgePairs(before, added, sample));
  }
  return (
    results.find(({ result }) => result === 'holds') ??
    results.find(({ result }) => result === 'not_checked') ??
    results[0] ??
    null
  );
}

/** What a use asks of columns, each of one known value; null where one is a parameter. */
function conditionOf({ predicates }: TableUse, columns: readonly string[]): string | null {
  const texts = columns.map(
    (name) =>
      predicates.find(
        ({ shape, partner, inOr, term }) =>
          shape === 'equal' && partner === null && !inOr && term.column?.name === name,
      )?.sql ?? null,
  );
  return texts.includes(null) ? null : texts.join(' AND ');
}

/** Pairs of rows that agree in so few places say nothing. */
const LEAST_PAIRS = 30;

function judgePairs(before: readonly string[], columns: readonly string[], sample: Pairs | null): Check {
  const added = columns.join(', ');
  if (sample === null || sample.before < LEAST_PAIRS) {
    return {
      assumption: 'independent_columns',
      result: 'not_checked',
      sample_rows: sample?.rows ?? null,
      detail: `the sample is too small to say whether ${added} narrows what ${before.join(', ')} finds`,
    };
  }
  const left = sample.after / sample.before;
  return {
    assumption: 'independent_columns',
    result: left > 1 - LEAST_CUT ? 'fails' : 'holds',
    sample_rows: sample.rows,
    detail: `of rows that agree in ${before.join(', ')}, ${String(Math.round(left * 100))} % agree in ${added} too`,
  };
}
