import { PgdbaError } from '../../../core/errors.js';
import { quoteIdentifier } from '../../../core/identifier.js';
import type { Session } from '../../../db/session.js';
import type { Snapshot } from '../../../db/snapshot.js';
import type { Limitation } from '../../limitation.js';
import { nodesOf } from '../../plan/planNode.js';
import type { Planned, NotPlanned } from '../../plan/planStatement.js';
import { type Candidate, definitionSql } from '../candidates/candidate.js';
import { type Catalog, leavesOf, type Relation } from '../catalog/catalog.js';
import { batchesOf } from './batches.js';
import type { Judge, Judged, Verdict } from './judge.js';

/**
 * Hypothetical indexes at one time, one for each partition: their oids are the some 2,500 that initdb left unused, and
 * the planner looks at all.
 */
const MOST_AT_ONCE = 1000;

const BACK = { sql: 'ROLLBACK TO SAVEPOINT pgdba' };

export interface HypopgAround {
  readonly session: Session;
  readonly catalog: Catalog;
  /** Schema of the extension, quoted. */
  readonly schema: string;
  readonly plan: (text: string) => Promise<Planned | NotPlanned>;
  /** What judges methods that HypoPG refuses. */
  readonly fallback: Judge;
}

/**
 * Judges by the planner itself, with HypoPG's hypothetical indexes, inside the session's READ ONLY transaction. They
 * outlive a rollback and live in this session alone: whoever makes the judge must reset() it in every case.
 */
export class HypopgJudge implements Judge {
  readonly method = 'hypopg' as const;
  plannerCalls = 0;
  readonly #around: HypopgAround;
  readonly #refused = new Set<string>();
  /** Name of a hypothetical index → candidate. */
  #existing = new Map<string, string>();
  #made = '';

  constructor(around: HypopgAround) {
    this.#around = around;
  }

  judges({ id, method, assumes, relation }: Candidate): boolean {
    // A generic plan knows no pattern, and so uses no index for it.
    return (
      method !== 'gin' &&
      assumes !== 'pattern_is_a_prefix' &&
      this.#leaves(relation) <= MOST_AT_ONCE &&
      !this.#refused.has(id)
    );
  }

  async costWith(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict> {
    const judged = await this.#bestOf(
      statement,
      indexes.filter((index) => this.judges(index)),
    );
    const others = indexes.filter((index) => !this.judges(index));
    if (others.length === 0) return judged;
    const rest = await this.#around.fallback.costWith(statement, others);
    return rest.cost < judged.cost ? rest : judged;
  }

  /** With more than can exist at once: with what is used of each batch. */
  async #bestOf(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict> {
    const batches = batchesOf(indexes, MOST_AT_ONCE, ({ relation }) => this.#leaves(relation));
    if (batches.length <= 1) return this.#planned(statement, indexes);
    const verdicts: Verdict[] = [];
    for (const batch of batches) verdicts.push(await this.#planned(statement, batch));
    const used = new Set(verdicts.flatMap((verdict) => verdict.used));
    if (used.size < indexes.length)
      return this.#bestOf(
        statement,
        indexes.filter(({ id }) => used.has(id)),
      );
    return verdicts.reduce((best, next) => (next.cost < best.cost ? next : best));
  }

  async #planned(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict> {
    await this.#make(indexes);
    this.plannerCalls++;
    const planned = await this.#around.plan(statement.entry.text);
    return 'refused' in planned ? { cost: statement.cost, used: [] } : this.#verdict(planned);
  }

  #leaves(relation: Relation): number {
    return leavesOf(this.#around.catalog, relation).length;
  }

  #verdict({ document }: Planned): Verdict {
    const nodes = nodesOf(document);
    const used = new Set(
      nodes.flatMap(({ index }) => (index === null ? [] : (this.#existing.get(index) ?? []))),
    );
    return { cost: nodes[0]?.cost ?? 0, used: [...used].sort() };
  }

  /** HypoPG’s own estimate knows nothing of deduplication: it was up to ten times the real size. */
  sizeOf(one: Candidate): Promise<number> {
    return this.#around.fallback.sizeOf(one);
  }

  /** Drops all hypothetical indexes. */
  async reset(): Promise<void> {
    this.#existing = new Map();
    this.#made = '';
    await this.#around.session.send({ sql: `SELECT ${this.#around.schema}.hypopg_reset()` });
  }

  /** Makes exactly these exist; all in one round trip, and one by one where one of them is refused. */
  async #make(wanted: readonly Candidate[]): Promise<void> {
    const made = wanted.map(({ id }) => id).join('\n');
    if (made === this.#made) return;
    await this.reset();
    const statements = wanted.flatMap((one) =>
      leavesOf(this.#around.catalog, one.relation).map((leaf) => ({ one, sql: createSql(one, leaf) })),
    );
    if ((await this.#create(statements)) !== null) {
      for (const statement of statements) {
        if ((await this.#create([statement])) !== null) this.#refused.add(statement.one.id);
      }
      await this.reset();
      await this.#create(statements.filter(({ one }) => this.judges(one)));
    }
    this.#made = wanted
      .filter((one) => this.judges(one))
      .map(({ id }) => id)
      .join('\n');
  }

  async #create(
    statements: readonly { readonly one: Candidate; readonly sql: string }[],
  ): Promise<PgdbaError | null> {
    if (statements.length === 0) return null;
    const { schema } = this.#around;
    // hypopg_create_index() reads the text with the session's search_path, in which every name is qualified.
    const sql = `
SELECT w.place, h.indexname
  FROM pg_catalog.json_array_elements_text($1::json) WITH ORDINALITY AS w(text, place)
 CROSS JOIN LATERAL ${schema}.hypopg_create_index(w.text) AS h
 ORDER BY w.place`;
    try {
      const { rows } = await this.#around.session.send({
        sql,
        params: [JSON.stringify(statements.map((statement) => statement.sql))],
      });
      rows.forEach(([place, name]) => {
        this.#existing.set(name ?? '', statements[Number(place) - 1]?.one.id ?? '');
      });
      return null;
    } catch (error) {
      if (!(error instanceof PgdbaError) || error.code === 'connection_lost' || error.sqlstate === undefined)
        throw error;
      await this.#around.session.send(BACK);
      await this.reset();
      return error;
    }
  }
}

/**
 * Why a session cannot use HypoPG; null when it can. It drops hypothetical indexes that are there already.
 * @param schema of the extension, quoted; undefined when the database does not have it
 */
export async function whyNotHypopg(
  snapshot: Snapshot,
  schema: string | undefined,
): Promise<Limitation | null> {
  const subject = 'hypopg';
  if (schema === undefined) {
    const message = 'this database has no extension hypopg: indexes are judged by statistics';
    return { subject, status: 'skipped', reason: 'extension_missing', message };
  }
  const { result } = await snapshot.read({ sql: `SELECT ${schema}.hypopg_reset()` });
  if (!(result instanceof PgdbaError)) return null;
  if (result.sqlstate === undefined || result.code === 'connection_lost') throw result;
  const reason = result.code === 'insufficient_privilege' ? 'no_privilege' : 'error';
  return {
    subject,
    status: 'skipped',
    reason,
    message: `${result.message}: indexes are judged by statistics`,
  };
}

/** The statement that HypoPG takes: without a name, as CREATE INDEX. */
function createSql(one: Candidate, leaf: Relation): string {
  return `CREATE INDEX ON ${quoteIdentifier(leaf.schema)}.${quoteIdentifier(leaf.name)} ${definitionSql(one)}`;
}
