import type { Candidate } from './candidate.js';
import type { Judge, Judged, Verdict } from './judge.js';

/** A statement must become this much cheaper by an index, or the index is not for it. */
export const LEAST_CUT = 0.3;
/** Less than this is not even near. */
const NEAR_CUT = 0.1;
/** Costs below this are a few rows: nothing is to be gained. */
const LEAST_COST = 25;
/** Of indexes whose statements then cost about the same, the smaller one is the better one. */
const ABOUT_THE_SAME = 1.3;
/** A smaller index that spares less than this share of the best one's gain is no stand-in for it. */
const HALF = 0.5;
/** Rounds of the search; each takes one index or a pair. */
const MOST_ROUNDS = 200;

/** What the search is told beside the judge. */
export interface ChooseOptions {
  readonly maxIndexes: number | null;
  readonly sizeBudget: number | null;
  /** How often a statement counts. */
  readonly weight: (statement: Judged) => number;
  /** What an index costs writers, and how much a statement's gain counts against it. */
  readonly penalty: (candidate: Candidate) => number;
  /** Ids of candidates that were found wanting. */
  readonly rejected: ReadonlySet<string>;
  /** What is taken whatever the statements say, unless another pick does its work; most needed first. */
  readonly first: readonly Candidate[];
  readonly standsFor: (pick: Candidate, first: Candidate) => boolean;
}

export interface Passed {
  readonly candidate: Candidate;
  readonly reason: 'small_gain' | 'write_cost' | 'size_budget' | 'max_indexes';
  readonly before: number;
  readonly after: number;
}

export interface Choice {
  readonly chosen: readonly Candidate[];
  readonly passed: readonly Passed[];
  /** Statement → what it costs with all that were chosen. */
  readonly costs: ReadonlyMap<number, Verdict>;
}

interface Move {
  readonly add: readonly Candidate[];
  readonly helped: readonly Judged[];
  readonly before: number;
  readonly after: number;
  /** As `after`, with what costs next to nothing counted as LEAST_COST: a difference there is none. */
  readonly felt: number;
  readonly net: number;
  readonly size: number;
}

/** Costs of statements under sets of indexes, each asked once. */
export class CostTable {
  readonly #judge: Judge;
  readonly #known = new Map<string, Verdict>();
  readonly #distrusted = new Set<string>();
  readonly #wanted = new Map<number, ReadonlySet<string>>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** From now on this statement gains nothing by that index: what the judge promised was found not to be so. */
  distrust({ at }: Judged, { id }: Candidate): void {
    this.#distrusted.add(`${String(at)}\n${id}`);
  }

  /** Whether an index can make a difference to a statement. */
  matters(statement: Judged, one: Candidate): boolean {
    if (this.#distrusted.has(`${String(statement.at)}\n${one.id}`)) return false;
    const wanted = this.#wanted.get(statement.at) ?? wantedBy(statement);
    this.#wanted.set(statement.at, wanted);
    return wanted.has(one.id) || wanted.has(`${String(one.relation.oid)} ${one.keys[0]?.term.sql ?? ''}`);
  }

  /** Only indexes that begin with what the statement looks for, or were thought of for it, can matter to it. */
  async cost(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict> {
    const relevant = indexes
      .filter((one) => this.matters(statement, one))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    if (relevant.length === 0) return { cost: statement.cost, used: [] };
    const key = `${String(statement.at)}\n${relevant.map(({ id }) => id).join('\n')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const verdict = await this.#judge.costWith(statement, relevant);
    this.#known.set(key, verdict);
    return verdict;
  }
}

/** Ids of a statement's candidates, and what it looks for, sorts or groups by: table and term. */
function wantedBy({ candidates, uses }: Judged): Set<string> {
  const terms = uses.uses.flatMap(({ relation, predicates, sort, group }) =>
    [...predicates, ...sort]
      .map(({ term }) => term)
      .concat(group)
      .map(({ sql }) => `${String(relation.oid)} ${sql}`),
  );
  return new Set([...candidates.map(({ id }) => id), ...terms]);
}

/**
 * The candidates that each statement would use if all of its own existed, and what they can be cut down to: the only
 * ones that the search has to try.
 */
export async function poolOf(
  statements: readonly Judged[],
  table: CostTable,
  cutDown: (winner: Candidate) => readonly Candidate[],
): Promise<{ pool: Candidate[]; sets: Candidate[][] }> {
  const pool = new Map<string, Candidate>();
  const sets = new Map<string, Candidate[]>();
  for (const statement of statements) {
    if (statement.cost < LEAST_COST || statement.candidates.length === 0) continue;
    const byId = new Map(statement.candidates.map((one) => [one.id, one]));
    const { used, cost } = await table.cost(statement, statement.candidates);
    const winners = used.flatMap((id) => byId.get(id) ?? []);
    if (cost > statement.cost * (1 - NEAR_CUT)) continue;
    for (const one of winners.flatMap((winner) => [winner, ...cutDown(winner)]))
      if (!pool.has(one.id)) pool.set(one.id, one);
    for (const group of [
      winners,
      winners.map(
        (winner) =>
          cutDown(winner).find(({ include }) => include.length === 0 && winner.include.length > 0) ?? winner,
      ),
    ]) {
      if (group.length > 1 && group.length <= 4)
        sets.set(
          group
            .map(({ id }) => id)
            .sort()
            .join('\n'),
          group,
        );
    }
  }
  const inOrder = [...pool.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { pool: inOrder, sets: [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, set]) => set) };
}

/** Takes the index that spares the workload most, again and again, until none is worth it. */
export async function choose(
  statements: readonly Judged[],
  { pool, sets }: { readonly pool: readonly Candidate[]; readonly sets: readonly (readonly Candidate[])[] },
  table: CostTable,
  sizeOf: (candidate: Candidate) => Promise<number>,
  options: ChooseOptions,
): Promise<Choice> {
  const search = new Search(statements, table, sizeOf, options);
  const allowed = (one: Candidate): boolean => !options.rejected.has(one.id);
  const moves = [...pool.filter(allowed).map((one) => [one]), ...sets.filter((set) => set.every(allowed))];
  let chosen = await search.affordable(options.first);
  let passed: Passed[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const tried = await search.round(chosen, moves);
    passed = tried.passed;
    if (tried.best === null) break;
    chosen = [...chosen, ...tried.best.add];
  }
  chosen = await search.prune(chosen);
  const costs = new Map<number, Verdict>();
  for (const statement of statements) costs.set(statement.at, await table.cost(statement, chosen));
  return { chosen, passed, costs };
}

class Search {
  readonly #statements: readonly Judged[];
  readonly #table: CostTable;
  readonly #sizeOf: (candidate: Candidate) => Promise<number>;
  readonly #options: ChooseOptions;

  constructor(
    statements: readonly Judged[],
    table: CostTable,
    sizeOf: (candidate: Candidate) => Promise<number>,
    options: ChooseOptions,
  ) {
    this.#statements = statements;
    this.#table = table;
    this.#sizeOf = sizeOf;
    this.#options = options;
  }

  /** As many of the first picks as --max-indexes and --size-budget allow. */
  async affordable(first: readonly Candidate[]): Promise<Candidate[]> {
    const { maxIndexes, sizeBudget } = this.#options;
    const taken: Candidate[] = [];
    let size = 0;
    for (const one of first) {
      const bytes = await this.#sizeOf(one);
      if (taken.length >= (maxIndexes ?? Infinity) || size + bytes > (sizeBudget ?? Infinity)) continue;
      taken.push(one);
      size += bytes;
    }
    return taken;
  }

  async round(
    chosen: readonly Candidate[],
    moves: readonly (readonly Candidate[])[],
  ): Promise<{ best: Move | null; passed: Passed[] }> {
    const ids = new Set(chosen.map(({ id }) => id));
    const good: Move[] = [];
    const passed: Passed[] = [];
    let size = 0;
    for (const one of chosen) size += await this.#sizeOf(one);
    for (const add of moves) {
      if (add.some(({ id }) => ids.has(id))) continue;
      const move = await this.#move(chosen, add);
      if (move === null) continue;
      const reason = this.#against(move, chosen.length, size);
      if (reason === null) good.push(move);
      else if (add.length === 1)
        passed.push({ candidate: add[0] as Candidate, reason, before: move.before, after: move.after });
    }
    return { best: this.#best(good), passed };
  }

  async #move(chosen: readonly Candidate[], add: readonly Candidate[]): Promise<Move | null> {
    const helped: Judged[] = [];
    let [before, after, felt, net] = [0, 0, 0, 0];
    for (const statement of this.#statements) {
      if (statement.cost < LEAST_COST || !add.some((one) => this.#table.matters(statement, one))) continue;
      const old = await this.#table.cost(statement, chosen);
      if (old.cost < LEAST_COST) continue;
      const now = await this.#table.cost(statement, [...chosen, ...add]);
      if (!add.some(({ id }) => now.used.includes(id)) || now.cost > old.cost * (1 - NEAR_CUT)) continue;
      const weight = this.#options.weight(statement);
      if (now.cost <= old.cost * (1 - LEAST_CUT)) helped.push(statement);
      before += weight * old.cost;
      after += weight * now.cost;
      felt += weight * Math.max(now.cost, LEAST_COST);
      net += weight * (old.cost - now.cost);
    }
    if (before === 0) return null;
    let size = 0;
    for (const one of add) {
      net -= this.#options.penalty(one);
      size += await this.#sizeOf(one);
    }
    return { add, helped, before, after, felt, net, size };
  }

  #against(move: Move, count: number, size: number): Passed['reason'] | null {
    const { maxIndexes, sizeBudget } = this.#options;
    if (move.helped.length === 0) return 'small_gain';
    if (move.net <= 0) return 'write_cost';
    if (maxIndexes !== null && count + move.add.length > maxIndexes) return 'max_indexes';
    return sizeBudget !== null && size + move.size > sizeBudget ? 'size_budget' : null;
  }

  /** The greatest gain; among what leaves about as little of the same statements' cost, what is smallest. */
  #best(moves: readonly Move[]): Move | null {
    const top = [...moves].sort((a, b) => b.net - a.net || compareMoves(a, b))[0];
    if (top === undefined) return null;
    const left = (move: Move): number => top.before - move.before + move.felt;
    const rivals = moves.filter(
      (move) => move.net > HALF * top.net && left(move) <= ABOUT_THE_SAME * left(top) && helpsAll(move, top),
    );
    return [...rivals].sort(compareMoves)[0] ?? top;
  }

  /** Leaves out what later picks have made needless. */
  async prune(chosen: readonly Candidate[]): Promise<Candidate[]> {
    let kept = [...chosen];
    for (const one of chosen) {
      const without = kept.filter(({ id }) => id !== one.id);
      if (without.length === kept.length) continue;
      const { first, standsFor } = this.#options;
      let needed = first.some(({ id }) => id === one.id) && !without.some((pick) => standsFor(pick, one));
      for (const statement of this.#statements) {
        const now = await this.#table.cost(statement, kept);
        if (!now.used.includes(one.id)) continue;
        const then = await this.#table.cost(statement, without);
        needed ||= now.cost <= then.cost * (1 - LEAST_CUT) && then.cost >= LEAST_COST;
      }
      if (!needed) kept = without;
    }
    return kept;
  }
}

function helpsAll(move: Move, top: Move): boolean {
  return top.helped.every((statement) => move.helped.includes(statement));
}

function width({ add }: Move): number {
  return add.reduce(
    (sum, { keys, include, where, assumes }) =>
      sum + keys.length + include.length + (where === null ? 0 : 1) + (assumes === null ? 0 : 1),
    0,
  );
}

function compareMoves(a: Move, b: Move): number {
  const [first, second] = [a, b].map(({ add }) => add.map(({ id }) => id).join('\n'));
  return width(a) - width(b) || a.size - b.size || ((first ?? '') < (second ?? '') ? -1 : 1);
}
