// The two workloads: what is planted, and the statements with names.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { courierRows, courierWorkload } from './courier/workload.mjs';

const fileOf = (path) => new URL(path, import.meta.url);
const TRUTHS = '../../test/support/indexTruth/';
const SEED = 20261122;
const STATEMENTS = 500;

const statementsIn = (text) =>
  text
    .replaceAll(/^--.*\n/gm, '')
    .split(/;\s*\n/)
    .filter((statement) => statement.trim() !== '');

/** Puts numbers in the place of :name. */
function filled(text, numbers) {
  return text.replaceAll(/(?<!:):([a-z]+)\b/g, (whole, name) => String(numbers[name] ?? whole));
}

/** TPC-H at a scale factor; its section 4.2.3 says how many rows that are. */
async function tpch(scale) {
  const [parts, suppliers, customers, orders, clerks] = [200_000, 10_000, 150_000, 1_500_000, 1000].map(
    (rows) => Math.round(rows * scale),
  );
  const [schema, queries] = await Promise.all(
    ['tpch/schema.sql', 'tpch/queries.sql'].map((path) => readFile(fileOf(path), 'utf8')),
  );
  return {
    name: 'tpch',
    plant: statementsIn(filled(schema, { parts, suppliers, customers, orders, clerks })),
    searchPath: 'public',
    statements: statementsIn(filled(queries, { fraction: 0.0001 / scale })).map((sql, at) => ({
      name: `Q${at + 1}`,
      sql,
    })),
    sources: ['file'],
  };
}

/** The application’s. */
async function courier(scale) {
  const schema = await readFile(fileOf('courier/schema.sql'), 'utf8');
  return {
    name: 'courier',
    plant: statementsIn(filled(schema, courierRows(scale))),
    searchPath: 'courier, public',
    statements: courierWorkload(STATEMENTS, { scale, seed: SEED }),
    sources: ['file', 'pg_stat_statements'],
  };
}

/** Both workloads at a scale. */
export function workloadsOf(scale) {
  return Promise.all([tpch(scale), courier(Math.min(1, 10 * scale))]);
}

/** The planted databases of the tests, for the costs that the judges foresee. */
export function truths() {
  const names = readdirSync(fileOf(TRUTHS)).flatMap((file) => /^(.+)Workload\.sql$/.exec(file)?.[1] ?? []);
  return Promise.all(
    names.sort().map(async (name) => {
      const [schema, workload] = await Promise.all(
        [`${name}.sql`, `${name}Workload.sql`].map((file) => readFile(fileOf(TRUTHS + file), 'utf8')),
      );
      return {
        name,
        plant: schema.split(/;\s*\n/).filter((statement) => statement.trim() !== ''),
        searchPath: 'app, public',
        statements: statementsIn(workload).map((sql, at) => ({ name: `${name} ${at + 1}`, sql })),
      };
    }),
  );
}
