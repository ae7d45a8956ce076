import { type Candidate, columnsIn } from './candidate.js';
import type { Catalog } from './catalog.js';
import { hopesToStopEarly } from './candidates.js';
import { type Choice, type CostTable, LEAST_CUT } from './choose.js';
import type { Judged } from './judge.js';
import { readPairs, readPosition, type SampleAround } from './sample.js';
import type { Check } from './suggestData.js';
import type { TableUse } from './usage.js';

/** Candidate → what its gain rests on, and whether it holds. */
export type Checks = Map<string, readonly Check[]>;

export interface CheckAround {
  readonly around: SampleAround;
  readonly catalog: Catalog;
  readonly checks: Checks;
  readonly table: Pick<CostTable, 'distrust'>;
}

export interface CheckOutcome {
  /** Ids of the picks whose gain is not real. */
  readonly failed: readonly string[];
  /** Whether a statement was found to gain nothing by a pick that others may still gain by. */
  readonly distrusted: boolean;
}

/** Checks, by bounded samples of the tables, what picks' gains rest on beside the planner's cost; each pick once. */
export async function checkAll(
  choice: Choice,
  judged: readonly Judged[],
  around: CheckAround,
): Promise<CheckOutcome> {
  const failed: string[] = [];
  let distrusted = false;
  for (const one of choice.chosen) {
    if (around.checks.has(one.id)) continue;
    const helped = judged.filter(
      (statement) => choice.costs.get(statement.at)?.used.includes(one.id) === true,
    );
    const hopeful = helped.filter((statement) =>
      usesOf(one, [statement]).some((use) => hopesToStopEarly(one, use)),
    );
    const positions = await checkPositions(one, hopeful, hopeful.length < helped.length, around);
    distrusted ||= positions.distrusted;
    const results = [await checkColumns(one, helped, around), ...positions.checks, checkPattern(one)].filter(
      (check) => check !== null,
    );
    around.checks.set(one.id, results);
    if (results.some(({ assumption, result }) => result === 'fails' && assumption !== 'limit_stops_early'))
      failed.push(one.id);
  }
  return { failed, distrusted };
}

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
async function checkColumns(
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
    const sample = await readPairs(around, one.relation, catalog, before, after);
    results.push(judgePairs(before, after, sample));
  }
  return (
    results.find(({ result }) => result === 'holds') ??
    results.find(({ result }) => result === 'not_checked') ??
    results[0] ??
    null
  );
}

/** Pairs of rows that agree in so few places say nothing. */
const LEAST_PAIRS = 30;

function judgePairs(
  before: readonly string[],
  after: readonly string[],
  sample: Awaited<ReturnType<typeof readPairs>>,
): Check {
  const added = after.filter((name) => !before.includes(name)).join(', ');
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

function usesOf(one: Candidate, helped: readonly Judged[]): TableUse[] {
  return helped.flatMap(({ uses }) => uses.uses.filter(({ relation }) => relation.oid === one.relation.oid));
}

/**
 * Whether the rows that are looked for come early in the order, as LIMIT hopes. A statement for which they do not is
 * not helped; nor is one for which nobody knows, where the index has others to help.
 */
async function checkPositions(
  one: Candidate,
  hopeful: readonly Judged[],
  hasOthers: boolean,
  { around, catalog, table }: CheckAround,
): Promise<{ checks: Check[]; distrusted: boolean }> {
  const checks: Check[] = [];
  let distrusted = false;
  for (const statement of hopeful) {
    const [use] = usesOf(one, [statement]).filter((mine) => hopesToStopEarly(one, mine));
    if (use === undefined) continue;
    const check = await checkPosition(statement, use, catalog, around);
    if (check.result === 'fails' || (check.result === 'not_checked' && hasOthers)) {
      table.distrust(statement, one);
      distrusted = true;
    } else checks.push(check);
  }
  return { checks, distrusted };
}

async function checkPosition(
  statement: Judged,
  use: TableUse,
  catalog: Catalog,
  around: SampleAround,
): Promise<Check> {
  const conditions = use.predicates.flatMap(({ sql }) => sql ?? []);
  const known = use.residual === 0 && conditions.length === use.predicates.length && conditions.length > 0;
  const wanted = statement.nodes[0]?.type === 'Limit' ? statement.nodes[0].planRows : 1;
  const found = known ? await readPosition(around, use, catalog, conditions, wanted) : null;
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
    detail: `${String(matches)} rows of the sample match; ${String(Math.round(share * 1000) / 10)} % of the order is read before enough are found`,
  };
}

function checkPattern(one: Candidate): Check | null {
  if (one.assumes !== 'pattern_is_a_prefix') return null;
  return {
    assumption: 'pattern_is_a_prefix',
    result: 'not_checked',
    sample_rows: null,
    detail: 'the pattern is a parameter; the index serves it only where it does not begin with % or _',
  };
}
