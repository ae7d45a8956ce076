// Figures of query index-suggest: `node bench/indexSuggest/run.mjs postgresql://…/empty_database`. It fills the database, so it
// must be an empty one of a server that nobody needs. Prints one JSON object: for an analytic workload of 22 queries and for one
// of 500 short statements, the seconds of the command, its planner calls, the estimated cost and the real time after the
// suggested indexes were built over before.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const PROGRAM = here('../../bin/run.js');
const run = promisify(execFile);
const RUNS = 2;
/** What runs longer is stopped, and counted as so long. */
const LONGEST = '10s';

const statementsOf = (text) => text.split(/;\s*\n/).filter((statement) => statement.trim() !== '');

/** What an application that sells asks: 500 statements of twelve kinds. */
function applicationWorkload() {
  const kinds = [
    (n) => `SELECT * FROM orders WHERE o_custkey = ${n * 29}`,
    (n) =>
      `SELECT o_orderkey, o_totalprice FROM orders WHERE o_custkey = ${n * 7} ORDER BY o_orderdate DESC LIMIT 5`,
    (n) => `SELECT * FROM lineitem WHERE l_partkey = ${n * 31}`,
    (n) => `SELECT count(*) FROM lineitem WHERE l_suppkey = ${n} AND l_shipdate > date '1998-01-01'`,
    (n) => `SELECT c_custkey FROM customer WHERE c_name = 'Customer ${n}'`,
    (n) => `SELECT c_custkey FROM customer WHERE lower(c_phone) = '12-555-${n}'`,
    (n) => `SELECT * FROM orders WHERE o_orderkey = ${n}`,
    (n) => `SELECT p_partkey FROM part WHERE p_name LIKE 'green part ${n}%'`,
    (n) => `SELECT ps_availqty FROM partsupp WHERE ps_partkey = ${n} AND ps_suppkey = ${1 + (n % 1000)}`,
    (n) => `SELECT ps_partkey FROM partsupp WHERE ps_suppkey = ${1 + (n % 1000)} AND ps_availqty < 100`,
    (n) => `SELECT * FROM orders ORDER BY o_totalprice DESC LIMIT ${10 + (n % 3)}`,
    (n) =>
      `SELECT l_quantity FROM lineitem JOIN orders ON o_orderkey = l_orderkey WHERE o_custkey = ${n * 3}`,
  ];
  return Array.from({ length: 500 }, (_, n) => kinds[n % kinds.length](n));
}

function passTimeout(error) {
  if (error.code !== '57014') throw error;
}

/** Seconds of all statements, the best of two runs. */
async function secondsOf(client, statements) {
  const runs = [];
  for (let at = 0; at < RUNS; at++) {
    const start = performance.now();
    for (const statement of statements) await client.query(statement).catch(passTimeout);
    runs.push((performance.now() - start) / 1000);
  }
  return Math.min(...runs);
}

async function suggest(dsn, statements) {
  const start = performance.now();
  const running = run(process.execPath, [PROGRAM, 'query', 'index-suggest', '--dsn', dsn, '-'], {
    maxBuffer: 1 << 28,
  });
  running.child.stdin.end(statements.join(';\n'));
  const { stdout } = await running;
  return { data: JSON.parse(stdout).data, seconds: (performance.now() - start) / 1000 };
}

async function measure(client, dsn, statements) {
  const before = await secondsOf(client, statements);
  const { data, seconds } = await suggest(dsn, statements);
  const lines = data.suggestions.flatMap(({ ddl }) => ddl.split('\n'));
  for (const line of lines) await client.query(line);
  await client.query('VACUUM ANALYZE');
  const after = await secondsOf(client, statements);
  for (const [, name] of lines.join('\n').matchAll(/CREATE INDEX CONCURRENTLY (\S+)/g))
    await client.query(`DROP INDEX ${name}`);
  const { cost_before, cost_after, planner_calls } = data.workload;
  return {
    judged_by: data.judged_by,
    statements: statements.length,
    suggestions: lines,
    command_s: seconds,
    planner_calls,
    cost_ratio: cost_after / cost_before,
    time_before_s: before,
    time_after_s: after,
    time_ratio: after / before,
  };
}

const [dsn] = process.argv.slice(2);
if (dsn === undefined) throw new Error('the connection URI of an empty database is needed');
const client = new pg.Client({ connectionString: dsn });
await client.connect();
await client.query(`SET statement_timeout = '${LONGEST}'`);
for (const statement of statementsOf(await readFile(here('tpch.sql'), 'utf8'))) await client.query(statement);
const analytic = await measure(client, dsn, statementsOf(await readFile(here('tpchQueries.sql'), 'utf8')));
const application = await measure(client, dsn, applicationWorkload());
await client.end();
process.stdout.write(`${JSON.stringify({ analytic, application }, null, 2)}\n`);
