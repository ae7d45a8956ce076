import type { Candidate } from '../candidates/candidate.js';
import { cutDown } from '../candidates/cutDown.js';
import type { Judged } from '../judge/judge.js';
import type { ChooseOptions } from './choice.js';
import { usesOf } from './checkedUses.js';
import type { CostTable } from './costTable.js';
import { LEAST_COST } from './leastCosts.js';
import { ABOUT_THE_SAME } from './move.js';

/** What one index in the place of two must keep of what both spare each statement. */
const KEPT = 0.95;

/** Indexes that are tried in the place of two; each asks the judge about the statements of both. */
const MOST_TRIED = 60;

interface SimplifyAround {
  readonly statements: readonly Judged[];
  readonly table: CostTable;
  readonly sizeOf: (candidate: Candidate) => Promise<number>;
  readonly options: Pick<ChooseOptions, 'rejected' | 'first' | 'standsFor' | 'sizeBudget'>;
}

/**
 * The picks as a person would build them: without keys that spare little, and one index where it does nearly all that
 * two do. A greedy search sees neither: it took each when the others were not there.
 */
export async function simplify(chosen: readonly Candidate[], around: SimplifyAround): Promise<Candidate[]> {
  // Each beside the others as they were: that asks the judge about the statements of that one alone.
  let kept: Candidate[] = [];
  for (const one of chosen) kept.push(await shortened(chosen, one, around));
  kept = [...new Map(kept.map((one) => [one.id, one])).values()];
  let tried = 0;
  for (;;) {
    const next = await merged(kept, around, () => tried++ < MOST_TRIED);
    if (next === null) return kept;
    kept = next;
  }
}

/** The shortest index in the place of one that leaves about the same cost. */
async function shortened(
  kept: readonly Candidate[],
  one: Candidate,
  { statements, table, options }: SimplifyAround,
): Promise<Candidate> {
  if (isFirst(one, options)) return one;
  const uses = usesOf(one, statements);
  const shorter = cutDown(one, uses).filter(
    (other) =>
      other.keys.length < one.keys.length && other.where === one.where && isNew(other, kept, options),
  );
  for (const other of shorter) {
    const next = kept.map((pick) => (pick === one ? other : pick));
    const same = async (statement: Judged): Promise<boolean> => {
      const before = await table.cost(statement, kept);
      if (!before.used.includes(one.id)) return true;
      const after = await table.cost(statement, next);
      return Math.max(after.cost, LEAST_COST) <= ABOUT_THE_SAME * Math.max(before.cost, LEAST_COST);
    };
    if (await every(statements, same)) return other;
  }
  return one;
}

/** The picks with one index in the place of the first two that it can stand for; null when there are none. */
async function merged(
  kept: readonly Candidate[],
  around: SimplifyAround,
  mayTry: () => boolean,
): Promise<Candidate[] | null> {
  for (const [at, one] of kept.entries()) {
    for (const two of kept.slice(at + 1)) {
      for (const both of await standIns(one, two, kept, around)) {
        if (!mayTry()) return null;
        const rest = kept.filter((pick) => pick !== one && pick !== two);
        const keeps = (statement: Judged): Promise<boolean> =>
          keepsGain(statement, [one, two], both, { kept, rest, table: around.table });
        if (await every(around.statements, keeps))
          return kept.flatMap((pick) => (pick === one ? [both] : pick === two ? [] : [pick]));
      }
    }
  }
  return null;
}

/** What might do the work of two indexes, narrow before wide: it begins with a column that both are about. */
async function standIns(
  one: Candidate,
  two: Candidate,
  kept: readonly Candidate[],
  { statements, sizeOf, options }: SimplifyAround,
): Promise<Candidate[]> {
  if (one.relation.oid !== two.relation.oid || one.method !== 'btree' || two.method !== 'btree') return [];
  const [first, second] = [one, two].map(keysOf) as [Set<string>, Set<string>];
  const shared = [...first].filter((sql) => second.has(sql));
  if (shared.length === 0) return [];
  // Two words of one column that each got a partial index show that others will come.
  const words = one.where !== null && two.where !== null && one.where.term.sql === two.where.term.sql;
  // A row's entry in the one index costs its writer no more than that in the whole one of the two.
  const whole = options.sizeBudget === null && (one.where === null || two.where === null);
  const room = words || whole ? Infinity : (await sizeOf(one)) + (await sizeOf(two));
  const found = new Map<string, Candidate>();
  for (const other of statements.flatMap(({ candidates }) => candidates)) {
    const fits =
      other.relation.oid === one.relation.oid &&
      other.method === 'btree' &&
      other.where === null &&
      other.include.length === 0 &&
      shared.includes(other.keys[0]?.term.sql ?? '') &&
      [first, second].some((terms) => [...terms].every((sql) => keysOf(other).has(sql))) &&
      [one, two].every((pick) => !isFirst(pick, options) || options.standsFor(other, pick));
    const stands = other.id === one.id || other.id === two.id || isNew(other, kept, options);
    if (fits && stands && (await sizeOf(other)) <= room) found.set(other.id, other);
  }
  return [...found.values()].sort((a, b) => a.keys.length - b.keys.length || (a.id < b.id ? -1 : 1));
}

async function keepsGain(
  statement: Judged,
  pair: readonly Candidate[],
  both: Candidate,
  {
    kept,
    rest,
    table,
  }: { readonly kept: readonly Candidate[]; readonly rest: readonly Candidate[]; readonly table: CostTable },
): Promise<boolean> {
  if (!pair.some((one) => table.matters(statement, one))) return true;
  const before = await table.cost(statement, kept);
  if (!pair.some(({ id }) => before.used.includes(id))) return true;
  const none = await table.cost(statement, rest);
  const after = await table.cost(statement, [...rest, both]);
  return none.cost - after.cost >= KEPT * (none.cost - before.cost);
}

/** Terms of the key and of the condition: what an index finds rows by. */
function keysOf({ keys, where }: Candidate): Set<string> {
  return new Set([...keys.map(({ term }) => term.sql), ...(where === null ? [] : [where.term.sql])]);
}

function isNew(
  { id }: Candidate,
  kept: readonly Candidate[],
  { rejected }: Pick<ChooseOptions, 'rejected'>,
): boolean {
  return !rejected.has(id) && !kept.some((pick) => pick.id === id);
}

function isFirst({ id }: Candidate, { first }: Pick<ChooseOptions, 'first'>): boolean {
  return first.some((one) => one.id === id);
}

async function every(
  statements: readonly Judged[],
  holds: (statement: Judged) => Promise<boolean>,
): Promise<boolean> {
  for (const statement of statements) if (!(await holds(statement))) return false;
  return true;
}
