// What other values of the thresholds of query index-suggest would do:
// `node bench/indexSuggest/thresholds.mjs postgresql://…/postgres [--seeds 20] [--json FILE]`, over a server that nobody needs and
// that has HypoPG. For each value a pgdba is built from a copy of the sources, and asked about the same workloads.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { machineFacts } from '../report.mjs';
import { costsIn, sum } from './bruteForce/costs.mjs';
import { inDatabase } from './bruteForce/inDatabase.mjs';
import { ours } from './bruteForce/ours.mjs';
import { NARROW, PLANT, randomWorkload } from './bruteForce/randomWorkload.mjs';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEARCH = 'src/query/indexSuggest';

/** Where each threshold stands, and what is tried; the value that it has is tried once, as `now`. */
const THRESHOLDS = [
  { name: 'WORTH_INCLUDING', file: `${SEARCH}/search/move.ts`, values: [0, 0.1, 0.4] },
  { name: 'WORTH_BESIDE', file: `${SEARCH}/search/search.ts`, values: [0, 0.1, 0.4] },
  { name: 'CHEAP', file: `${SEARCH}/understand.ts`, values: [0, 0.1, 0.4] },
];

/** A pgdba with one constant changed; gives the program to run. */
async function built(folder, change) {
  for (const part of ['src', 'scripts', 'bin', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  if (change !== null) {
    const file = join(folder, change.file);
    const line = new RegExp(`^const ${change.name} = .*;$`, 'm');
    const text = await readFile(file, 'utf8');
    if (!line.test(text)) throw new Error(`${change.file} has no constant ${change.name}`);
    await writeFile(file, text.replace(line, `const ${change.name} = ${change.value};`));
  }
  await run(process.execPath, [join(folder, 'scripts/build.mjs')], { cwd: folder });
  return join(folder, 'bin/run.js');
}

async function asked(server, program, seeds) {
  return inDatabase(server, 'brute_thresholds', PLANT.split(/;\s*\n/), async (client, dsn) => {
    const judge = await costsIn(client);
    const answers = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const { statements, existing } = randomWorkload(seed, NARROW);
      const texts = statements.map(({ text }) => text);
      for (const column of existing) await client.query(`CREATE INDEX brute_${column} ON facts (${column})`);
      const before = sum(await judge.of([], texts));
      answers.push({ before, ...(await ours(judge, { program, dsn }, texts, [])) });
      for (const column of existing) await client.query(`DROP INDEX brute_${column}`);
    }
    return answers;
  });
}

/** `spared` is the share of all workloads’ cost; costs are compared workload by workload, sizes are added up. */
function row(threshold, value, answers, now) {
  const mean = (ratios) => Math.exp(sum(ratios.map((one) => Math.log(one))) / ratios.length);
  const indexes = answers.flatMap((one) => one.indexes);
  return {
    threshold,
    value,
    spared: 1 - sum(answers.map(({ cost }) => cost)) / sum(answers.map(({ before }) => before)),
    cost_against_now: mean(answers.map(({ cost }, at) => cost / now[at].cost)),
    size_against_now: sum(answers.map(({ size }) => size)) / sum(now.map(({ size }) => size)),
    indexes: indexes.length,
    with_include: indexes.filter((one) => one.includes(' INCLUDE ')).length,
    workloads_changed: answers.filter((one, at) => String(one.indexes) !== String(now[at].indexes)).length,
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '20' }, json: { type: 'string' } },
});
const [server] = positionals;
if (server === undefined) throw new Error('the connection URI of a server with HypoPG is needed');
const machine = machineFacts();
const taken_at = new Date().toISOString();
const folder = await mkdtemp(join(tmpdir(), 'pgdba-bench-'));
try {
  const now = await asked(server, await built(join(folder, 'now'), null), Number(values.seeds));
  const rows = [row('now', null, now, now)];
  for (const threshold of THRESHOLDS)
    for (const value of threshold.values) {
      const program = await built(join(folder, `${threshold.name}_${value}`), { ...threshold, value });
      rows.push(row(threshold.name, value, await asked(server, program, Number(values.seeds)), now));
      console.log(JSON.stringify(rows.at(-1)));
    }
  console.table(rows);
  const command = `node bench/indexSuggest/thresholds.mjs SERVER --seeds ${values.seeds}`;
  const result = { schema: 'pgdba.bench.index-thresholds/1', taken_at, command, machine, rows };
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 1)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
