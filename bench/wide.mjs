// The wide database: 10,000 tables with three indexes each, 2,500 foreign keys, 5,000 entries of pg_stat_statements.

const TABLES = 10_000;
const STATEMENTS = 5_000;
/** Two sessions make the tables, each its half. */
const SESSIONS = 2;

/** Settings that the server of the wide database needs or is made quicker by. */
export const WIDE_SETTINGS = {
  'pg_stat_statements.max': '10000',
  shared_buffers: '256MB',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  full_page_writes: 'off',
  synchronous_commit: 'off',
};

/**
 * Every fourth table refers to the one before it. A few rows are there so that ANALYZE finds something. A transaction
 * holds its locks on all tables that it makes or reads, hence the batches.
 */
const MAKE_TABLES = /* sql */ `
CREATE PROCEDURE wide.make_tables(first int4, last int4) LANGUAGE plpgsql AS $procedure$
DECLARE
  name text;
BEGIN
  FOR n IN first..last LOOP
    name := 'wide.t' || lpad(n::text, 5, '0');
    EXECUTE format(
      'CREATE TABLE %s (id int8 PRIMARY KEY, parent_id int8 %s, code text NOT NULL, note text, '
      'created_at timestamptz NOT NULL)',
      name, CASE WHEN n % 4 = 0 THEN 'REFERENCES wide.t' || lpad((n - 1)::text, 5, '0') END);
    EXECUTE format('CREATE INDEX ON %s (parent_id)', name);
    EXECUTE format('CREATE INDEX ON %s (code, created_at)', name);
    EXECUTE format(
      'INSERT INTO %s SELECT i, 1, ''c'' || i, ''a note'', timestamptz ''2026-01-01'' + i * interval ''1 h'' '
      'FROM generate_series(1, %s) AS i',
      name, 1 + n % 3);
    EXECUTE 'ANALYZE ' || name;
    IF n % 100 = 0 THEN
      COMMIT;
    END IF;
  END LOOP;
END
$procedure$`;

/**
 * Each a different entry, with a text of about 490 bytes. No alias for the table: from PostgreSQL 18 on statements
 * are told from each other by the names that tables go by in them.
 */
const RUN_STATEMENTS = /* sql */ `
CREATE PROCEDURE wide.run_statements(count int4) LANGUAGE plpgsql AS $procedure$
DECLARE
  shape constant text :=
    'SELECT %1$s.id, %1$s.parent_id, %1$s.code, %1$s.created_at, '
    'count(*) OVER (PARTITION BY %1$s.code ORDER BY %1$s.created_at) AS place, '
    'coalesce(%1$s.note, ''nobody wrote a note'') AS shown_note FROM wide.%1$s '
    'WHERE %1$s.code = ''c1'' AND %1$s.id BETWEEN 1 AND 100 AND (%1$s.parent_id IS NULL OR %1$s.parent_id <> 42) '
    'AND NOT EXISTS (SELECT 1 FROM wide.%1$s AS later WHERE later.code = %1$s.code '
    'AND later.created_at > %1$s.created_at) ORDER BY %1$s.created_at DESC, %1$s.id LIMIT 20';
BEGIN
  FOR n IN 1..count LOOP
    FOR repetition IN 0..n % 3 LOOP
      EXECUTE format(shape, 't' || lpad(n::text, 5, '0'));
    END LOOP;
    IF n % 100 = 0 THEN
      COMMIT;
    END IF;
  END LOOP;
END
$procedure$`;

/** The catalogs as autovacuum would leave them. */
const CATALOGS = /* sql */ `
SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') AS list
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = 'pg_catalog' AND c.relkind = 'r'`;

const COUNTS = /* sql */ `
SELECT (SELECT count(*)::int4 FROM pg_stat_user_tables) AS tables,
       (SELECT count(*)::int4 FROM pg_stat_user_indexes) AS indexes,
       (SELECT count(*)::int4 FROM pg_constraint WHERE contype = 'f') AS foreign_keys,
       (SELECT count(*)::int4 FROM pg_stat_statements) AS statements,
       (SELECT avg(octet_length(query))::int4 FROM pg_stat_statements) AS mean_text_bytes,
       pg_size_pretty(pg_database_size(current_database())) AS size`;

/**
 * Fills an empty database.
 * @param connect opens a client of the database's superuser
 */
export async function makeWide(connect) {
  await withClient(connect, async (client) => {
    await client.query('CREATE SCHEMA wide; CREATE EXTENSION pg_stat_statements');
    await client.query(MAKE_TABLES);
    await client.query(RUN_STATEMENTS);
  });
  const share = TABLES / SESSIONS;
  const firsts = Array.from({ length: SESSIONS }, (_unused, session) => session * share + 1);
  const makeShare = (first) => (client) =>
    client.query('CALL wide.make_tables($1, $2)', [first, first + share - 1]);
  await Promise.all(firsts.map((first) => withClient(connect, makeShare(first))));
  await withClient(connect, async (client) => {
    const { rows } = await client.query(CATALOGS);
    await client.query(`VACUUM (ANALYZE) ${rows[0].list}`);
    await client.query('CHECKPOINT');
    await client.query("SET pg_stat_statements.track = 'all'");
    await client.query('SELECT pg_stat_statements_reset()');
    await client.query('CALL wide.run_statements($1)', [STATEMENTS]);
    await client.query('DROP PROCEDURE wide.make_tables, wide.run_statements');
  });
}

/**
 * What a wide database has.
 * @throws Error when it is not one
 */
export async function countWide(connect) {
  const counts = await withClient(connect, async (client) => (await client.query(COUNTS)).rows[0]);
  if (counts.tables < TABLES || counts.statements < STATEMENTS) {
    throw new Error(`not the benchmark's wide database: ${JSON.stringify(counts)}`);
  }
  return counts;
}

async function withClient(connect, use) {
  const client = await connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
