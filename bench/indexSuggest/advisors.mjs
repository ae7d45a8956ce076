// Who advises: pgdba, and two published methods in our own words, both over HypoPG.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModule, parseSync } from 'libpg-query';
import { outputOf } from '../measure.mjs';
import { pgdba } from '../programs.mjs';

/** What pgdba suggests. */
export async function askPgdba({ dsn, env, folder, statements, source }) {
  const file = join(folder, 'workload.sql');
  await writeFile(file, `${statements.map(({ sql }) => sql).join(';\n')};\n`);
  const from = source === 'file' ? ['--file', file] : ['--workload', source];
  const words = ['query', 'index-suggest', '--dsn', dsn, ...from, '--limit', '0', '--timeout', '0'];
  const started = performance.now();
  const { data } = JSON.parse(await outputOf(pgdba(...words), env));
  return {
    advisor: 'pgdba',
    seconds: (performance.now() - started) / 1000,
    judged_by: data.judged_by,
    planner_calls: data.workload.planner_calls,
    cost_ratio_told: data.workload.cost_after / data.workload.cost_before,
    ddl: data.suggestions.map(({ ddl }) => ddl),
    bytes_told: data.suggestions.map(({ size_bytes: bytes }) => bytes),
    told: new Map(
      data.suggestions.flatMap(({ queries }) =>
        queries.map(({ query, cost_after: after }) => [query, after]),
      ),
    ),
  };
}

/** A session that makes indexes which do not exist, and plans with them. */
class Hypothetical {
  plannerCalls = 0;
  #client;
  #made = new Map();

  constructor(client) {
    this.#client = client;
  }

  /** @param indexes texts of CREATE INDEX; what HypoPG refuses is passed over */
  async make(indexes) {
    await this.#client.query('SELECT hypopg_reset()');
    this.#made = new Map();
    for (const sql of indexes) {
      const made = await this.#client
        .query('SELECT indexname FROM hypopg_create_index($1)', [sql])
        .catch(() => null);
      if (made?.rows[0] !== undefined) this.#made.set(made.rows[0].indexname, sql);
    }
  }

  /** The cost of a statement, and which of the indexes its plan names. */
  async plan(sql) {
    this.plannerCalls += 1;
    const { rows } = await this.#client.query(`EXPLAIN (FORMAT JSON) ${sql}`);
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
    const names = [...JSON.stringify(plan).matchAll(/"Index Name":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, name]) => name,
    );
    return {
      cost: plan['Total Cost'],
      used: [...new Set(names.flatMap((name) => this.#made.get(name) ?? []))],
    };
  }
}

const COLUMNS = /* sql */ `
SELECT c.oid::regclass::text AS relation, c.relname AS name, a.attname AS column, quote_ident(a.attname) AS quoted,
       t.typname AS type,
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indnatts = 1 AND i.indkey[0] = a.attnum) AS alone,
       EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indpred IS NULL) AS leads,
       c.relkind AS kind
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type AS t ON t.oid = a.atttypid
 WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence = 'p'
   AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 ORDER BY 1, a.attnum`;

const ORDERED =
  /^(int2|int4|int8|float4|float8|numeric|text|varchar|bpchar|uuid|date|time|timetz|timestamp|timestamptz|bool)$/;

const indexOn = (relation, columns) =>
  `CREATE INDEX ON ${relation} USING btree (${columns.map(({ quoted }) => quoted).join(', ')})`;

async function advised(advisor, client, advise) {
  const started = performance.now();
  const hypothetical = new Hypothetical(client);
  const ddl = await advise(hypothetical, (await client.query(COLUMNS)).rows);
  await client.query('SELECT hypopg_reset()');
  return {
    advisor,
    seconds: (performance.now() - started) / 1000,
    planner_calls: hypothetical.plannerCalls,
    ddl: [...new Set(ddl)].sort(),
  };
}

/**
 * One index for each column that has none of its own; what the plan of a statement names is kept. The method of
 * index_advisor 0.2.0, which advises on one statement at a time.
 */
export function askSingleColumns(client, statements) {
  return advised('single columns', client, async (hypothetical, columns) => {
    const all = columns
      .filter(({ alone, type, kind }) => !alone && kind !== 'p' && ORDERED.test(type))
      .map((one) => indexOn(one.relation, [one]));
    const texts = [...new Set(statements.map(({ sql }) => sql))];
    await hypothetical.make([]);
    for (const sql of texts) await hypothetical.plan(sql);
    await hypothetical.make(all);
    const used = [];
    for (const sql of texts) used.push(...(await hypothetical.plan(sql)).used);
    return used;
  });
}

const LEAST_COST = 100;
const LEAST_SAVING = 0.5;

/**
 * Columns that statements name, then pairs of them: three passes over one statement of each kind, as dexter makes them.
 */
export function askThreePasses(client, statements) {
  return advised('three passes', client, async (hypothetical, columns) => {
    await loadModule();
    const kinds = new Map(statements.map(({ name, sql }) => [name, sql]));
    await hypothetical.make([]);
    const costly = [];
    for (const sql of kinds.values()) {
      const { cost } = await hypothetical.plan(sql);
      if (cost >= LEAST_COST) costly.push({ sql, cost });
    }
    const named = await columnsOf(client, columns, costly);
    const singles = named.map((one) => indexOn(one.relation, [one]));
    const pairs = named.flatMap((a) =>
      named
        .filter((b) => b.relation === a.relation && b.column !== a.column)
        .map((b) => indexOn(a.relation, [a, b])),
    );
    await hypothetical.make(singles);
    const first = await plansOf(hypothetical, costly);
    await hypothetical.make([...singles, ...pairs]);
    const second = await plansOf(hypothetical, costly);
    const kept = [];
    for (const [at, { sql, cost }] of costly.entries()) {
      const worthPair =
        first[at].cost > LEAST_COST && second[at].cost < LEAST_SAVING * Math.min(first[at].cost, cost);
      const worthSingle = first[at].cost < LEAST_SAVING * cost;
      const found = worthPair ? second[at].used : worthSingle ? first[at].used : [];
      kept.push(
        ...(found.length < 2 ? found : await winnerOf(hypothetical, sql, found, LEAST_SAVING * cost)),
      );
    }
    return withoutCovered(kept, columns);
  });
}

async function plansOf(hypothetical, costly) {
  const plans = [];
  for (const { sql } of costly) plans.push(await hypothetical.plan(sql));
  return plans;
}

/** Of several the one that alone makes the statement cheapest, if that is cheap enough. */
async function winnerOf(hypothetical, sql, found, most) {
  let best = null;
  for (const index of found) {
    await hypothetical.make([index]);
    const { cost } = await hypothetical.plan(sql);
    if (cost < most && (best === null || cost < best.cost)) best = { index, cost };
  }
  return best === null ? [] : [best.index];
}

/** Without what a pair begins with, and without what an index that exists begins with. */
function withoutCovered(kept, columns) {
  const led = new Set(columns.filter(({ leads }) => leads).map((one) => indexOn(one.relation, [one])));
  return kept.filter(
    (index) =>
      !led.has(index) &&
      !kept.some((other) => other !== index && other.startsWith(`${index.slice(0, -1)}, `)),
  );
}

/** Columns of tables that the statements name somewhere, views looked through. */
async function columnsOf(client, columns, statements) {
  const named = new Set();
  for (const { sql } of statements)
    for (const pair of await namesIn(client, sql)) named.add(JSON.stringify(pair));
  return columns.filter(
    ({ name, column, type }) => ORDERED.test(type) && named.has(JSON.stringify([name, column])),
  );
}

async function namesIn(client, sql) {
  const relations = new Map();
  const references = [];
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (node.RangeVar !== undefined) noted(node.RangeVar, relations);
    if (node.relation?.relname !== undefined) noted(node.relation, relations);
    if (node.ColumnRef !== undefined)
      references.push((node.ColumnRef.fields ?? []).flatMap((field) => field.String?.sval ?? []));
    for (const child of Object.values(node)) walk(child);
  };
  walk(parseSync(sql));
  const pairs = references.flatMap((words) => {
    const [column, alias] = [words.at(-1), words.at(-2)];
    const tables = alias === undefined ? [...relations.values()] : [relations.get(alias) ?? alias];
    return column === undefined ? [] : tables.map((table) => [table, column]);
  });
  const views = await client.query(
    "SELECT pg_get_viewdef(oid) AS sql FROM pg_class WHERE relkind = 'v' AND relname = ANY ($1)",
    [[...relations.values()]],
  );
  for (const view of views.rows) pairs.push(...(await namesIn(client, view.sql)));
  return pairs;
}

function noted({ relname, alias }, relations) {
  relations.set(alias?.aliasname ?? relname, relname);
}
