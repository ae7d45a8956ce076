import { type Candidate, withoutInclude } from '../candidates/candidate.js';
import { servedBy } from '../candidates/served.js';
import type { Judged } from '../judge/judge.js';
import { LEAST_COST, LEAST_CUT, LEAST_FELT, NEAR_CUT } from './leastCosts.js';
import type { ChooseOptions, Passed } from './choice.js';
import {
  ABOUT_THE_SAME,
  type Move,
  compareMoves,
  helpsAll,
  isBrinOf,
  isLean,
  leanOf,
  worthIncluding,
} from './move.js';
import { askedBeside } from './askedBeside.js';
import { mergers } from './merge.js';
import type { CostTable } from './costTable.js';

/** The steps of the greedy search over one workload. */
export class Search {
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
      const share = asked(move, await this.#leaner(move, chosen), chosen);
      const reason = this.#against(move, chosen.length, size, share);
      if (reason === null) good.push(move);
      else if (add.length === 1)
        passed.push({ candidate: add[0] as Candidate, reason, before: move.before, after: move.after });
    }
    return { best: this.#best(good), passed };
  }

  async #move(chosen: readonly Candidate[], add: readonly Candidate[]): Promise<Move | null> {
    const helped: Judged[] = [];
    let [before, after, felt, net, original] = [0, 0, 0, 0, 0];
    for (const statement of this.#statements) {
      if (statement.cost < LEAST_COST || !add.some((one) => this.#table.matters(statement, one))) continue;
      const old = await this.#table.costBeside(statement, chosen, []);
      if (old.cost < LEAST_COST) continue;
      const now = await this.#table.costBeside(statement, chosen, add);
      if (!add.some(({ id }) => now.used.includes(id)) || now.cost > old.cost * (1 - NEAR_CUT)) continue;
      const weight = this.#options.weight(statement);
      if (now.cost <= old.cost * (1 - LEAST_CUT)) helped.push(statement);
      original += weight * statement.cost;
      before += weight * old.cost;
      after += weight * now.cost;
      felt += weight * Math.max(now.cost, LEAST_FELT);
      net += weight * (old.cost - now.cost);
    }
    if (before === 0) return null;
    let size = 0;
    for (const one of add) {
      net -= this.#options.penalty(one);
      size += await this.#sizeOf(one);
    }
    return { add, helped, before, after, felt, net, original, size };
  }

  #against(move: Move, count: number, size: number, share: number): Passed['reason'] | null {
    const { maxIndexes, sizeBudget } = this.#options;
    if (move.helped.length > 0 && move.net <= 0) return 'write_cost';
    if (move.helped.length === 0 || move.net < share * move.original) return 'small_gain';
    if (maxIndexes !== null && count + move.add.length > maxIndexes) return 'max_indexes';
    return sizeBudget !== null && size + move.size > sizeBudget ? 'size_budget' : null;
  }

  /** What was chosen that a move differs from by INCLUDE alone; null when it adds more than that. */
  async #leaner({ add }: Move, chosen: readonly Candidate[]): Promise<{ readonly size: number } | null> {
    const known = leanOf(add, chosen);
    if (known === null) return null;
    let size = 0;
    for (const one of known) size += await this.#sizeOf(one);
    return { size };
  }

  /** The greatest gain; among what leaves about as little of the same statements' cost, what is smallest. */
  #best(moves: readonly Move[]): Move | null {
    const top = [...moves].sort((a, b) => b.net - a.net || compareMoves(a, b))[0];
    if (top === undefined) return null;
    const left = (move: Move): number => top.before - move.before + move.felt;
    const rivals = moves.filter(
      (move) =>
        helpsAll(move, top) &&
        move.net > HALF * top.net &&
        (left(move) <= ABOUT_THE_SAME * left(top) ||
          (isLean(move, top) && top.net - move.net < worthIncluding(move, top) * top.original)),
    );
    return [...rivals].sort(compareMoves)[0] ?? top;
  }

  /** Puts BRIN in the place of a btree where it spares more than half of what that does beside the other picks. */
  async shrink(chosen: readonly Candidate[], pool: readonly Candidate[]): Promise<Candidate[]> {
    let kept = [...chosen];
    for (const one of chosen) {
      const brin = pool.find((other) => isBrinOf({ add: [other] }, { add: [one] }));
      if (brin === undefined || kept.includes(brin)) continue;
      const without = kept.filter((other) => other !== one);
      const none = await this.#cost(without);
      const small = none - (await this.#cost([...without, brin]));
      if (small > HALF * (none - (await this.#cost(kept)))) kept = [...without, brin];
    }
    return kept;
  }

  /** Leaves INCLUDE out where the other picks have left it too little to spare. */
  async slim(chosen: readonly Candidate[]): Promise<Candidate[]> {
    let kept = [...chosen];
    for (const one of chosen) {
      const lean = withoutInclude(one);
      if (one.include.length === 0 || servedBy(lean) !== null || kept.some(({ id }) => id === lean.id))
        continue;
      if (this.#options.rejected.has(lean.id)) continue;
      const narrow = kept.map((other) => (other === one ? lean : other));
      const [narrowSize, wideSize] = [await this.#sizeOf(lean), await this.#sizeOf(one)];
      const share = worthIncluding({ size: narrowSize }, { size: wideSize });
      const spared = (await this.#cost(narrow)) - (await this.#cost(kept));
      if (spared < share * (await this.#firstCost(one, kept))) kept = narrow;
    }
    return kept;
  }

  /** Puts one index in the place of several that differ by INCLUDE alone, where it does about the work of all. */
  async merge(chosen: readonly Candidate[]): Promise<Candidate[]> {
    let kept = [...chosen];
    for (const { parts, whole } of mergers(chosen)) {
      if (this.#options.rejected.has(whole.id)) continue;
      const merged = [...kept.filter((one) => !parts.includes(one)), whole];
      if ((await this.#cost(merged)) <= AS_GOOD * (await this.#cost(kept))) kept = merged;
    }
    return kept;
  }

  /** Of the statements that use an index, before anything was added. */
  async #firstCost(one: Candidate, indexes: readonly Candidate[]): Promise<number> {
    let sum = 0;
    for (const statement of this.#statements) {
      const { used } = await this.#table.cost(statement, indexes);
      if (used.includes(one.id)) sum += this.#options.weight(statement) * statement.cost;
    }
    return sum;
  }

  /** Of the whole workload. */
  async #cost(indexes: readonly Candidate[]): Promise<number> {
    let sum = 0;
    for (const statement of this.#statements)
      sum += this.#options.weight(statement) * (await this.#table.cost(statement, indexes)).cost;
    return sum;
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
        needed ||=
          now.cost <= then.cost * (1 - LEAST_CUT) &&
          then.cost >= LEAST_COST &&
          then.cost - now.cost >= askedBeside(one, without) * statement.cost;
      }
      if (!needed) kept = without;
    }
    return kept;
  }
}

/** A smaller index that spares less than this share of the best one's gain is no stand-in for it. */
const HALF = 0.5;
/** What one index may cost more than several. */
const AS_GOOD = 1.1;
/** What an index with INCLUDE must spare of the first cost of statements that another one serves already. */
const WORTH_BESIDE = 0.2;

/** The share of its statements’ first cost that a move must spare beside what was chosen. */
function asked(move: Move, leaner: Pick<Move, 'size'> | null, chosen: readonly Candidate[]): number {
  if (chosen.some((one) => isBrinOf({ add: [one] }, move))) return HALF;
  if (leaner !== null) return worthIncluding(leaner, move);
  const covers = move.add.some(({ include }) => include.length > 0);
  return covers && move.before <= (1 - LEAST_CUT) * move.original ? WORTH_BESIDE : 0;
}
