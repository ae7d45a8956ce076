// The tables of a truth's database, each with the statements of its workload that read it alone.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const LEAST_ROWS = 10_000;
const MOST_COLUMNS = 8;
const SUPPORT = fileURLToPath(new URL('../../../test/support/indexTruth/', import.meta.url));

export const statementsIn = (text) =>
  text
    .replaceAll(/^--.*\n/gm, '')
    .split(/;\s*\n/)
    .filter((statement) => statement.trim() !== '');

export const truthFile = (name) => readFile(`${SUPPORT}${name}`, 'utf8');

/** Ordinary tables that are large enough, and the columns that a btree would have. */
const TABLES = `
SELECT c.oid::regclass::text AS name, n.nspname AS schema, c.relname AS relation,
  array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND NOT c.relispartition AND c.reltuples >= $1 AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND a.atttypid NOT IN ('jsonb'::regtype, 'tsvector'::regtype, 'text[]'::regtype, 'numeric'::regtype)
GROUP BY c.oid, n.nspname, c.relname ORDER BY 1`;

const nodesOf = (plan) => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const bare = (name) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** The relations that a statement's plan reads; none of what cannot be planned. */
async function relationsOf(client, text) {
  try {
    const marks = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, mark]) => Number(mark)));
    if (marks > 0) await client.query(`PREPARE looked AS ${text}`);
    const asked = marks === 0 ? text : `EXECUTE looked(${Array(marks).fill('NULL').join(', ')})`;
    const { rows } = await client.query(`EXPLAIN (VERBOSE, FORMAT JSON) ${asked}`);
    if (marks > 0) await client.query('DEALLOCATE looked');
    const found = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter(
      (node) => node['Relation Name'] !== undefined,
    );
    return [...new Set(found.map((node) => `${node.Schema}.${node['Relation Name']}`))];
  } catch {
    return [];
  }
}

/** Each `{ name, statements: [{ text, columns }], columns }`. Statements that read a second table are left out. */
export async function truthTables(client, workload) {
  await client.query('SET plan_cache_mode = force_generic_plan');
  const { rows: tables } = await client.query(TABLES, [LEAST_ROWS]);
  const read = [];
  for (const text of statementsIn(workload)) read.push({ text, relations: await relationsOf(client, text) });
  return tables.flatMap(({ name, schema, relation, columns }) => {
    const statements = read
      .filter(({ relations }) => relations.length === 1 && relations[0] === `${schema}.${relation}`)
      .map(({ text }) => ({
        text,
        columns: columns.filter((one) => text.includes(bare(one))).map(bare),
      }));
    const named = [...new Set(statements.flatMap((one) => one.columns))].slice(0, MOST_COLUMNS);
    if (named.length === 0) return [];
    return [
      {
        name,
        statements: statements.map((one) => ({
          ...one,
          columns: one.columns.filter((column) => named.includes(column)),
        })),
        columns: named,
      },
    ];
  });
}
