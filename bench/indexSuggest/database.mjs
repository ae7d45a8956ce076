// One planted database: what its statements cost and take, and building indexes in it and taking them away again.

/** A statement that takes longer is stopped, and counted as so long. */
const LONGEST_MS = 30_000;
/** What takes longer is not run twice. */
const LONG_MS = 2_000;
const RUNS = 2;
const STOPPED = '57014';

const EXPLAIN = 'EXPLAIN (FORMAT JSON)';
const EXECUTE = 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)';

/** Runs statements one by one: VACUUM and CREATE INDEX CONCURRENTLY take no company. */
export async function runAll(client, statements) {
  for (const statement of statements) await client.query(statement);
}

/** Runs what is rolled back: every statement finds the same rows, whatever was measured before it. */
async function undone(client, sql) {
  await client.query('BEGIN');
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Makes pg_stat_statements and the table statistics know the workload: all its statements, as they stand. */
export async function runForReal(client, statements) {
  await client.query('SELECT pg_stat_statements_reset()');
  for (const { sql } of statements) await undone(client, sql);
}

/** The planner’s cost of a statement; null where it cannot be planned. */
export async function costOf(client, sql) {
  try {
    const [row] = await undone(client, `${EXPLAIN} ${sql}`);
    return row['QUERY PLAN'][0].Plan['Total Cost'];
  } catch {
    return null;
  }
}

async function execute(client, sql) {
  try {
    const [row] = await undone(client, `${EXECUTE} ${sql}`);
    const [{ Plan: plan, 'Planning Time': planning, 'Execution Time': execution }] = row['QUERY PLAN'];
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return { cost: plan['Total Cost'], ms: planning + execution, pages, stopped: false };
  } catch (error) {
    if (error.code !== STOPPED) throw new Error(`${sql}: ${error.message}`, { cause: error });
    return { cost: await costOf(client, sql), ms: LONGEST_MS, pages: null, stopped: true };
  }
}

/**
 * The planner’s cost of each statement, and what it took: milliseconds of planning and execution, writes with their
 * triggers, without the way to the client; the better of two runs.
 */
export async function timed(client, statements) {
  await client.query(`SET statement_timeout = ${LONGEST_MS}`);
  const results = [];
  for (const { name, sql } of statements) {
    let best = await execute(client, sql);
    for (let run = 1; run < RUNS && best.ms < LONG_MS; run++) {
      const again = await execute(client, sql);
      if (again.ms < best.ms) best = again;
    }
    results.push({ name, sql, ...best });
  }
  await client.query('RESET statement_timeout');
  return results;
}

const INDEXES = /* sql */ `
SELECT c.oid::int8 AS oid, pg_relation_size(c.oid)::float8 AS bytes, c.relkind, c.relispartition,
       c.oid::regclass::text AS name
  FROM pg_class AS c
 WHERE c.relkind IN ('i', 'I') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'pg_toast', 'information_schema')`;

/** Builds each suggestion. @returns bytes of each, and what drops them all */
export async function build(client, suggestions) {
  const first = (await client.query(INDEXES)).rows;
  let known = first;
  const bytes = [];
  for (const ddl of suggestions) {
    await runAll(client, ddl.split('\n'));
    const { rows } = await client.query(INDEXES);
    const made = rows.filter(({ oid }) => !known.some((one) => one.oid === oid));
    bytes.push(made.reduce((sum, one) => sum + one.bytes, 0));
    known = rows;
  }
  const made = known.filter((one) => !first.some(({ oid }) => oid === one.oid) && !one.relispartition);
  return {
    bytes,
    drop: () =>
      runAll(
        client,
        made.map(({ name }) => `DROP INDEX ${name}`),
      ),
  };
}
