// How the cost of a history of baselines grows: `node bench/baselineHistory/run.mjs [--tables 100,1000] [--nights 30,90,180,365]
// [--out bench/results/NAME]` writes NAME.json and NAME.svg. A real baseline of a real server is moved through so many nights
// (nights.mjs) and stored by pgdba's own store; then the commands are run as whole processes, the median of three.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment, median, outputOf, peakMib, wallMs } from '../measure.mjs';
import { pgdba } from '../programs.mjs';
import { machineFacts } from '../report.mjs';
import { loadSupport } from '../support.mjs';
import { nightOf } from './nights.mjs';
import { drawn } from './plot.mjs';

const RUNS = 3;
const numbers = (text) => text.split(',').map(Number);

const { values: options } = parseArgs({
  options: {
    tables: { type: 'string', default: '100,1000' },
    nights: { type: 'string', default: '30,90,180,365' },
    out: { type: 'string' },
  },
});

/** What is measured, but for prune, which changes what it works on. */
const COMMANDS = {
  list: ['baseline', 'list', '--limit', '0'],
  trend: ['baseline', 'trend'],
  'trend of one table': ['baseline', 'trend', '--metric', 'tables.size_bytes', '--object', 'public.t_7'],
  diff: ['baseline', 'diff', '--before', 'latest~1', '--after', 'latest'],
};
const PRUNE = ['baseline', 'prune', '--keep-daily', '7', '--keep-weekly', '4'];

async function measured(words, env) {
  const seconds = [];
  for (let run = 0; run < RUNS; run++) seconds.push((await wallMs(pgdba(...words), env)) / 1000);
  return { seconds: median(seconds), peak_mib: await peakMib(pgdba(...words), env) };
}

/** Prunes copies of the history: each run needs one of its own. */
async function pruned(home, work) {
  const copies = ['time', 'memory'].map((name) => join(work, name));
  for (const copy of copies) await cp(home, copy, { recursive: true });
  const [time, memory] = copies.map((copy) => cleanEnvironment(copy));
  const seconds = (await wallMs(pgdba(...PRUNE), time)) / 1000;
  const peak_mib = await peakMib(pgdba(...PRUNE), memory);
  for (const copy of copies) await rm(copy, { recursive: true });
  return { seconds, peak_mib };
}

async function firstBaseline(server, tables, work) {
  const dbname = `tables_${tables}`;
  await server.createDatabase(dbname);
  const each = `EXECUTE format('CREATE TABLE t_%s (id int PRIMARY KEY, note text)', n);
    EXECUTE format('INSERT INTO t_%s SELECT i, ''x'' FROM generate_series(1, 1 + %s %% 50) AS i', n, n);`;
  // In parts: a transaction that makes thousands of tables holds too many locks.
  for (let from = 1; from <= tables; from += 500) {
    const to = Math.min(tables, from + 499);
    await server.query(`DO $$ BEGIN FOR n IN ${from} .. ${to} LOOP ${each} END LOOP; END $$`, { dbname });
  }
  await server.query('ANALYZE', { dbname });
  const out = join(work, `${dbname}.json`);
  const words = ['baseline', '--dsn', server.dsn({ dbname }), '--out', out, '--quiet', '--timeout', '0'];
  await outputOf(pgdba(...words), cleanEnvironment(join(work, 'taken')));
  return JSON.parse(await readFile(out, 'utf8'));
}

async function history(support, server, tables, work) {
  const home = join(work, 'home');
  const env = cleanEnvironment(home);
  const first = await firstBaseline(server, tables, work);
  const store = new support.BaselineStore(env.PGDBA_HOME, first.cluster.fingerprint);
  const points = [];
  let night = 0;
  let bytes = 0;
  for (const baselines of numbers(options.nights)) {
    for (; night < baselines; night++) bytes += (await store.save(nightOf(first, night, support))).bytes;
    const add = (command, figures) => {
      points.push({ command, tables, baselines, ...figures });
      process.stderr.write(`${JSON.stringify(points.at(-1))}\n`);
    };
    for (const [command, words] of Object.entries(COMMANDS)) add(command, await measured(words, env));
    add('prune', await pruned(home, work));
  }
  return { points, bytes_per_baseline: Math.round(bytes / night) };
}

// Ending by process.exit lets the server starter end its servers; a signal by itself would not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
const support = await loadSupport();
await support.clearAbandonedFolders();
const server = await support.startServer({ major: 18, name: 'bench' });
const machine = machineFacts();
const results = [];
try {
  for (const tables of numbers(options.tables)) {
    const work = await mkdtemp(join(tmpdir(), 'pgdba-history-'));
    results.push({ tables, ...(await history(support, server, tables, work)) });
    await rm(work, { recursive: true });
  }
} finally {
  await server.stop();
}
const points = results.flatMap((one) => one.points);
const bytes = results.map(({ tables, bytes_per_baseline }) => ({ tables, bytes_per_baseline }));
const told = {
  schema: 'pgdba.bench.history/1',
  taken_at: new Date().toISOString(),
  machine,
  stored: bytes,
  points,
};
if (options.out === undefined) process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
else {
  await writeFile(`${options.out}.json`, `${JSON.stringify(told, null, 2)}\n`);
  await writeFile(`${options.out}.svg`, drawn(points));
}
