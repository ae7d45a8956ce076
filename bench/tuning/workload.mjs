// What every run does: pgbench by a fixed number of transactions, then the fixed queries.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outputOf } from '../measure.mjs';
import { PLAN_QUERIES, RUN_QUERIES } from './queries.mjs';
import { percentile } from './verdict.mjs';

const US_PER_MS = 1000;

/** Makes pgbench's tables and brings them to rest. */
export async function loadTables({ pgbench, env, scale }, server) {
  await outputOf({ program: pgbench, args: ['-i', '-q', '-s', String(scale), ...where(server)] }, env);
  await server.query('VACUUM (FREEZE, ANALYZE)');
}

/** Reads accounts at random, as many as the run changes later. */
export async function warmUp(settings, server) {
  await runPgbench(settings, server, ['--select-only']);
}

/** What a run measures: the transactions, then the queries. @returns transactions and what is told of the time */
export async function work(settings, server) {
  const { transactions, ...told } = await runTransactions(settings, server);
  return { transactions, told: { ...told, queries_s: await inSession(server, runQueries) } };
}

/** Uses a session of its own. */
export async function inSession(server, use) {
  const client = await server.connect('bench');
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/**
 * pgbench's TPC-B-like transactions.
 * @returns transactions, their rate per second and the latency in milliseconds that 95 % of them keep within
 */
async function runTransactions(settings, server) {
  const log = join(settings.folder, 'latency');
  const said = await runPgbench(settings, server, ['--log', '--log-prefix', log]);
  const latencies = await takeLatencies(log);
  return {
    transactions: settings.clients * settings.transactions,
    tps: Number(/^tps = ([\d.]+)/m.exec(said)[1]),
    p95_ms: percentile(latencies, 0.95) / US_PER_MS,
  };
}

/** @throws Error when pgbench did less than it was told to */
async function runPgbench({ pgbench, env, clients, transactions, seed }, server, more) {
  const load = ['-n', '-c', String(clients), '-j', '1', '-t', String(transactions)];
  const args = [...load, '--random-seed', String(seed), ...more, ...where(server)];
  const said = await outputOf({ program: pgbench, args }, env);
  const wanted = String(clients * transactions);
  if (!said.includes(`actually processed: ${wanted}/${wanted}`))
    throw new Error(`pgbench did not finish its transactions:\n${said}`);
  return said;
}

function where({ host, port }) {
  return ['-h', host, '-p', String(port), '-U', 'postgres', 'bench'];
}

/** Reads and removes the log, one file for each thread of pgbench. @returns microseconds */
async function takeLatencies(prefix) {
  const names = await readdir(dirname(prefix));
  const files = names.filter((name) => name.startsWith(basename(prefix)));
  const latencies = [];
  for (const file of files.map((name) => join(dirname(prefix), name))) {
    for (const line of (await readFile(file, 'latin1')).trimEnd().split('\n'))
      latencies.push(Number(line.split(' ')[2]));
    await rm(file);
  }
  return latencies;
}

/** Runs the fixed queries one after another. @returns seconds of all of them */
async function runQueries(client) {
  const started = performance.now();
  for (const [, sql] of RUN_QUERIES) await client.query(sql);
  return (performance.now() - started) / 1000;
}

/** The shape of each fixed query's plan: query → hash. */
export async function planHashes(client) {
  const hashes = {};
  for (const [name, sql] of PLAN_QUERIES) {
    const { rows } = await client.query(`EXPLAIN (COSTS OFF) ${sql}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    hashes[name] = createHash('sha256').update(plan).digest('hex').slice(0, 12);
  }
  return hashes;
}
