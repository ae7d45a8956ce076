import type { Candidate } from '../candidates/candidate.js';
import type { Judge, Judged, Verdict } from '../judge/judge.js';
import { usablePart } from './usablePart.js';

/**
 * Costs of statements under sets of indexes, each asked once. Answering coarsely, a statement over one table costs what
 * the best index for it leaves, and indexes that are the same to it are judged once.
 */
export class CostTable {
  readonly #judge: Judge;
  readonly #known = new Map<string, Verdict>();
  /** Statement → index → whether it can make a difference. */
  readonly #matter = new Map<number, Map<string, boolean>>();
  readonly #wanted = new Map<number, ReadonlySet<string>>();
  readonly #ofSets = new WeakMap<readonly Candidate[], Map<number, Verdict>>();
  readonly #parts = new Map<string, Candidate>();
  #coarse = false;

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  answerCoarsely(coarse = true): void {
    this.#coarse = coarse;
  }

  isCoarse(): boolean {
    return this.#coarse;
  }

  /** From now on this statement gains nothing by that index: what the judge promised was found not to be so. */
  distrust(statement: Judged, { id }: Candidate): void {
    this.#mattersTo(statement).set(id, false);
  }

  /** Whether an index can make a difference to a statement. */
  matters(statement: Judged, one: Candidate): boolean {
    const known = this.#mattersTo(statement);
    const matters = known.get(one.id) ?? this.#isWanted(statement, one);
    known.set(one.id, matters);
    return matters;
  }

  #mattersTo({ at }: Judged): Map<string, boolean> {
    const known = this.#matter.get(at) ?? new Map<string, boolean>();
    this.#matter.set(at, known);
    return known;
  }

  #isWanted(statement: Judged, one: Candidate): boolean {
    const wanted = this.#wanted.get(statement.at) ?? wantedBy(statement);
    this.#wanted.set(statement.at, wanted);
    return wanted.has(one.id) || wanted.has(`${String(one.relation.oid)} ${one.keys[0]?.term.sql ?? ''}`);
  }

  /** As cost() of both together. */
  async costBeside(
    statement: Judged,
    chosen: readonly Candidate[],
    add: readonly Candidate[],
  ): Promise<Verdict> {
    if (!this.#coarse || !isOverOneTable(statement)) return this.cost(statement, [...chosen, ...add]);
    const known = this.#ofSets.get(chosen) ?? new Map<number, Verdict>();
    this.#ofSets.set(chosen, known);
    const before = known.get(statement.at) ?? (await this.cost(statement, chosen));
    known.set(statement.at, before);
    const after = await this.cost(statement, add);
    return after.cost < before.cost ? after : before;
  }

  /** Only indexes that begin with what the statement looks for, or were thought of for it, can matter to it. */
  async cost(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict> {
    const relevant = indexes
      .filter((one) => this.matters(statement, one))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    if (relevant.length === 0) return { cost: statement.cost, used: [] };
    return this.#coarse && isOverOneTable(statement)
      ? this.#bestOf(statement, relevant)
      : this.#ask(statement, relevant);
  }

  async #bestOf(statement: Judged, relevant: readonly Candidate[]): Promise<Verdict> {
    let best: Verdict = { cost: statement.cost, used: [] };
    for (const one of relevant) {
      const { cost, used } = await this.#ask(statement, [this.#partOf(statement, one)]);
      if (used.length > 0 && cost < best.cost) best = { cost, used: [one.id] };
    }
    return best;
  }

  #partOf(statement: Judged, one: Candidate): Candidate {
    const key = `${String(statement.at)}\n${one.id}`;
    const part = this.#parts.get(key) ?? usablePart(one, statement.uses);
    this.#parts.set(key, part);
    return part;
  }

  async #ask(statement: Judged, relevant: readonly Candidate[]): Promise<Verdict> {
    const key = `${String(statement.at)}\n${relevant.map(({ id }) => id).join('\n')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const verdict = await this.#judge.costWith(statement, relevant);
    this.#known.set(key, verdict);
    return verdict;
  }
}

/** Whether one index at most serves a statement: no join, and no OR whose arms each take one. */
function isOverOneTable({ uses: { uses } }: Judged): boolean {
  return uses.length === 1 && uses.every(({ predicates }) => !predicates.some(({ inOr }) => inOr));
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
