import { type Candidate, definitionSql } from '../candidates/candidate.js';
import type { Judged } from '../judge/judge.js';

/** Of indexes whose statements then cost about the same, the smaller one is the better one. */
export const ABOUT_THE_SAME = 1.3;

/** A step of the search: what is added, and what that does to the workload’s cost in the planner’s units. */
export interface Move {
  readonly add: readonly Candidate[];
  readonly helped: readonly Judged[];
  readonly before: number;
  readonly after: number;
  /** As `after`, with what costs next to nothing counted as LEAST_FELT: a difference there is none. */
  readonly felt: number;
  readonly net: number;
  /** What its statements cost before anything was added. */
  readonly original: number;
  readonly size: number;
}

/** Whether a move helps every statement that the best one helps. */
export function helpsAll(move: Move, top: Move): boolean {
  return top.helped.every((statement) => move.helped.includes(statement));
}

function width({ add }: Move): number {
  return add.reduce(
    (sum, { keys, include, where, assumes }) =>
      sum + keys.length + include.length + (where === null ? 0 : 1) + (assumes === null ? 0 : 1),
    0,
  );
}

/** What a key, a column or a condition more must make of the size to be worth it. */
const SMALLER = 2;

/** Small before large, and narrow before wide unless what is wider is so much smaller; ties go by name. */
export function compareMoves(a: Move, b: Move): number {
  const [first, second] = [a, b].map(({ add }) => add.map(({ id }) => id).join('\n'));
  const bulk = (move: Move): number => move.size * SMALLER ** width(move);
  return bulk(a) - bulk(b) || ((first ?? '') < (second ?? '') ? -1 : 1);
}

/** Whether a move is another one without INCLUDE. */
export function isLean(move: Move, other: Move): boolean {
  return (
    move.add.every(({ include }) => include.length === 0) &&
    move.add.map(lean).sort().join('\n') === other.add.map(lean).sort().join('\n')
  );
}

/** The indexes that are chosen already and differ from those to add by INCLUDE alone; null when one has none. */
export function leanOf(add: readonly Candidate[], chosen: readonly Candidate[]): readonly Candidate[] | null {
  const known = add.map((one) =>
    one.include.length === 0 ? undefined : chosen.find((other) => lean(other) === lean(one)),
  );
  return known.includes(undefined) ? null : known.filter((one) => one !== undefined);
}

/** What INCLUDE must spare of the statements’ first cost: the more, the wider it makes the entries. */
const WORTH_INCLUDING = 0.2;
const MOST_ASKED = 0.5;

/** The share of the statements’ first cost that an index with INCLUDE must spare beside the one without. */
export function worthIncluding(narrow: Pick<Move, 'size'>, wide: Pick<Move, 'size'>): number {
  return Math.min(MOST_ASKED, (WORTH_INCLUDING * wide.size) / Math.max(1, narrow.size));
}

/**
 * Whether a BRIN index would do the work of a btree on the same column, at a thousandth of its size. The planner takes
 * it for dearer than it is: it counts the pages as if the rows lay anywhere.
 */
export function isBrinOf({ add }: Pick<Move, 'add'>, other: Pick<Move, 'add'>): boolean {
  const [brin, btree] = [add[0], other.add[0]];
  return (
    add.length === 1 &&
    other.add.length === 1 &&
    brin?.method === 'brin' &&
    btree?.method === 'btree' &&
    brin.relation.oid === btree.relation.oid &&
    btree.keys.length === 1 &&
    brin.keys[0]?.term.sql === btree.keys[0]?.term.sql
  );
}

function lean(one: Candidate): string {
  return `${String(one.relation.oid)} ${definitionSql({ ...one, include: [] })}`;
}
