// One server: plants the relations, asks every method, then rewrites all to see what that gives back.
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { outputOf } from '../measure.mjs';
import { pgdba } from '../programs.mjs';
import { checkPostgres, ioguix } from './published.mjs';

const BLOCK = 8192;
/** Smaller relations differ by a page or two whatever one does. */
const LEAST_BYTES = 8 * BLOCK;

const STATISTICS_MS = 2_000;

const SCHEMAS = "('planted', 'stale')";

/** What the published methods go by. Dropped columns are among those of a table. */
const FACTS = /* sql */ `
WITH col AS (
  SELECT a.attrelid, a.attnum, json_build_object('dropped', a.attisdropped, 'is_name', a.atttypid = 'name'::regtype,
           'avg_width', s.avg_width, 'null_frac', s.null_frac) AS facts
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_stats AS s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
         AND s.attname = a.attname
   WHERE a.attnum > 0),
part AS (
  SELECT o.relname AS name, o.oid AS owner, c.oid, c.relkind, c.reltuples AS rows, c.relpages,
         substring(array_to_string(c.reloptions, ' ') FROM 'fillfactor=(\\d+)')::int AS fillfactor
    FROM pg_class AS o
    JOIN pg_class AS c ON c.oid IN (o.oid, o.reltoastrelid)
   WHERE o.relnamespace::regnamespace::text IN ${SCHEMAS} AND o.relkind IN ('r', 'i'))
SELECT p.name, CASE p.relkind WHEN 'r' THEN 'table' WHEN 't' THEN 'toast' ELSE 'index' END AS kind,
       p.oid, p.rows::float8 AS rows, p.relpages AS pages, pg_relation_size(p.oid)::float8 AS bytes, p.fillfactor,
       (SELECT json_agg(c.facts ORDER BY c.attnum) FROM col AS c WHERE c.attrelid = coalesce(i.indrelid, p.owner)) AS table_columns,
       (SELECT json_agg(coalesce(e.facts, t.facts) ORDER BY k.position)
          FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, position)
          LEFT JOIN col AS t ON t.attrelid = i.indrelid AND t.attnum = k.attnum
          LEFT JOIN col AS e ON e.attrelid = i.indexrelid AND e.attnum = k.position AND k.attnum = 0) AS index_columns
  FROM part AS p
  LEFT JOIN pg_index AS i ON i.indexrelid = p.oid
 ORDER BY p.name, 2`;

const SIZES = /* sql */ `
SELECT o.relname AS name, CASE c.relkind WHEN 'r' THEN 'table' WHEN 't' THEN 'toast' ELSE 'index' END AS kind,
       pg_relation_size(c.oid)::float8 AS bytes
  FROM pg_class AS o
  JOIN pg_class AS c ON c.oid IN (o.oid, o.reltoastrelid)
 WHERE o.relnamespace::regnamespace::text IN ${SCHEMAS} AND o.relkind IN ('r', 'i')`;

const TABLES = /* sql */ `
SELECT format('%I.%I', relnamespace::regnamespace::text, relname) AS name
  FROM pg_class
 WHERE relnamespace::regnamespace::text IN ${SCHEMAS} AND relkind = 'r'
 ORDER BY relnamespace::regnamespace::text, relname`;

/** Nobody counts again after this. */
const CHANGES = /* sql */ `
DELETE FROM stale.deleted_since WHERE id % 2 = 0;
INSERT INTO stale.grown_since SELECT i, md5(i::text) FROM generate_series(10001, 40000) AS i`;

const keyOf = ({ kind, name }) => `${kind} ${name}`;

/**
 * Plants, estimates, rewrites.
 * @returns for each relation its bytes, what the rewrite gave back, and what each method said; null: not measurable
 */
export async function measureBloat(server, env) {
  await server.createDatabase('bloat');
  const client = await server.client({ dbname: 'bloat' });
  try {
    await client.query('CREATE EXTENSION pgstattuple');
    await client.query(await readFile(new URL('planted.sql', import.meta.url), 'utf8'));
    const tables = (await client.query(TABLES)).rows.map(({ name }) => name);
    for (const table of tables) await client.query(`VACUUM ANALYZE ${table}`);
    // A session's counters are told when it ends; before 15 a process of its own takes them over.
    await server.query(CHANGES, { dbname: 'bloat' });
    await setTimeout(STATISTICS_MS);
    const dsn = server.dsn({ dbname: 'bloat' });
    const answers = [
      await askPgdba(dsn, env, []),
      await askPgdba(dsn, env, ['--exact', '--byte-budget', '100GB']),
    ];
    const facts = (await client.query(FACTS)).rows;
    for (const table of tables) await client.query(`VACUUM FULL ${table}`);
    const after = new Map((await client.query(SIZES)).rows.map((row) => [keyOf(row), row.bytes]));
    return facts
      .filter(({ bytes }) => bytes >= LEAST_BYTES)
      .map((relation) => compared(relation, after.get(keyOf(relation)), answers));
  } finally {
    await client.end();
  }
}

async function askPgdba(dsn, env, words) {
  const text = await outputOf(pgdba('query', 'bloat', '--limit', '0', ...words, '--dsn', dsn), env);
  const { tables, indexes } = JSON.parse(text).data;
  const kindOf = ({ part }) => ({ heap: 'table', toast: 'toast' })[part] ?? 'index';
  return new Map([...tables, ...indexes].map((row) => [keyOf({ kind: kindOf(row), name: row.name }), row]));
}

function compared(relation, bytesAfter, [estimated, measured]) {
  const { name, kind, bytes } = relation;
  const answer = estimated.get(keyOf(relation));
  const published = (method) => {
    const pages = method[kind](relation);
    return pages === null ? null : Math.max(0, relation.pages - pages) * BLOCK;
  };
  return {
    kind,
    name,
    bytes,
    // A rewrite may take more: a column that was added with a default is in no old row.
    given_back: Math.max(0, bytes - bytesAfter),
    reliability: answer.reliability,
    said: {
      pgdba: answer.bloat_bytes,
      'pgdba --exact': measured.get(keyOf(relation)).bloat_bytes,
      [checkPostgres.name]: published(checkPostgres),
      [ioguix.name]: published(ioguix),
    },
  };
}
