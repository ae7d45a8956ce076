import type { Candidate } from '../candidates/candidate.js';
import type { Judge, Judged, Verdict } from '../judge/judge.js';

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
