// How far `query index-suggest --max-indexes N` is from the best set of N indexes that there is:
// `node bench/indexSuggest/bruteForce.mjs postgresql://…/postgres [--seeds 40] [--truths shop,series,tenants,ledger] [--json FILE]`.
// The server must be one that nobody needs, and have HypoPG: databases named brute_… are made and dropped.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts } from '../report.mjs';
import { bestSets } from './bruteForce/bestSets.mjs';
import { costsIn, sum } from './bruteForce/costs.mjs';
import { inDatabase } from './bruteForce/inDatabase.mjs';
import { ours } from './bruteForce/ours.mjs';
import { COLUMNS, PLANT, randomWorkload } from './bruteForce/randomWorkload.mjs';
import { statementsIn, truthFile, truthTables } from './bruteForce/truthTables.mjs';

const COUNTS = [1, 2, 3];

/** One workload: what it costs, with the best sets, and with what pgdba suggests. */
async function compared(judge, where, { name, statements, columns, table, words, existing }) {
  const texts = statements.map(({ text }) => text);
  const define = (keys) => `CREATE INDEX ON ${table} (${keys.join(', ')})`;
  const start = performance.now();
  const { none, candidates, best } = await bestSets(judge, statements, columns, define);
  const brute_s = (performance.now() - start) / 1000;
  const tries = [];
  for (const count of COUNTS) {
    const found = await ours(judge, where, texts, [...words, '--max-indexes', String(count)]);
    tries.push({ count, ratio: found.cost / best[count - 1].cost, ours: found, best: best[count - 1] });
  }
  const free = await ours(judge, where, texts, words);
  return { name, statements: texts, existing, candidates, brute_s, cost: sum(none), tries, free };
}

async function randomOnes(server, program, seeds, say) {
  return inDatabase(server, 'brute_facts', PLANT.split(/;\s*\n/), async (client, dsn) => {
    const judge = await costsIn(client);
    const results = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const { statements, existing } = randomWorkload(seed);
      for (const column of existing) await client.query(`CREATE INDEX brute_${column} ON facts (${column})`);
      const of = { name: `seed ${seed}`, statements, columns: COLUMNS, table: 'facts', words: [], existing };
      results.push(await compared(judge, { program, dsn }, of));
      for (const column of existing) await client.query(`DROP INDEX brute_${column}`);
      say(results.at(-1));
    }
    return results;
  });
}

async function truthOnes(server, program, truth, say) {
  const workload = await truthFile(`${truth}Workload.sql`);
  const plant = statementsIn(await truthFile(`${truth}.sql`));
  return inDatabase(server, `brute_${truth}`, plant, async (client, dsn) => {
    const tables = await truthTables(client, workload);
    const judge = await costsIn(client);
    const results = [];
    for (const { name, statements, columns } of tables) {
      const of = {
        name: `${truth} ${name}`,
        statements,
        columns,
        table: name,
        words: ['--table', name],
        existing: null,
      };
      results.push(await compared(judge, { program, dsn }, of));
      say(results.at(-1));
    }
    return results;
  });
}

/** `ratio` is the cost with pgdba’s over that with the best; `short` the difference as a share of the cost without either. */
function summary(results) {
  return COUNTS.map((count) => {
    const tries = results.map(({ name, cost, tries }) => {
      const { ratio, ours: own, best } = tries[count - 1];
      return { name, ratio, short: (own.cost - best.cost) / cost, own: own.size, best: best.size };
    });
    const at = (kind, share) => {
      const inOrder = tries.toSorted((a, b) => a[kind] - b[kind]);
      return inOrder[Math.min(inOrder.length - 1, Math.floor(share * inOrder.length))];
    };
    const spread = (kind) => ({
      median: at(kind, 0.5)[kind],
      p90: at(kind, 0.9)[kind],
      worst: at(kind, 1)[kind],
      worst_of: at(kind, 1).name,
    });
    return {
      indexes: count,
      workloads: tries.length,
      ratio: spread('ratio'),
      short: spread('short'),
      size_ratio: sum(tries.map((one) => one.own)) / sum(tries.map((one) => one.best)),
    };
  });
}

/** The same, a line for each number of indexes. */
function shown(rows) {
  const rounded = ({ median, p90, worst, worst_of }) =>
    `${[median, p90, worst].map((one) => one.toFixed(2)).join(' / ')} (${worst_of})`;
  return rows.map(
    ({ indexes, workloads, ratio, short, size_ratio }) =>
      `${indexes} of ${workloads} workloads: ratio ${rounded(ratio)}, short by ${rounded(short)}, size ${size_ratio.toFixed(2)}`,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '40' },
    truths: { type: 'string', default: 'shop,series,tenants,ledger' },
    program: { type: 'string', default: fileURLToPath(new URL('../../bin/run.js', import.meta.url)) },
    json: { type: 'string' },
  },
});
const [server] = positionals;
if (server === undefined) throw new Error('the connection URI of a server with HypoPG is needed');
const machine = machineFacts();
const taken_at = new Date().toISOString();
const say = ({ name, tries, candidates, brute_s }) =>
  console.log(
    `${name}: ${tries.map(({ ratio }) => ratio.toFixed(2)).join(' ')}  (${candidates} candidates, ${brute_s.toFixed(1)} s)`,
  );
const random = await randomOnes(server, values.program, Number(values.seeds), say);
const truths = [];
for (const truth of values.truths.split(',').filter((one) => one !== ''))
  truths.push(...(await truthOnes(server, values.program, truth, say)));
const result = {
  schema: 'pgdba.bench.index-brute-force/1',
  taken_at,
  command: `node bench/indexSuggest/bruteForce.mjs SERVER --seeds ${values.seeds} --truths ${values.truths}`,
  machine,
  random: summary(random),
  truths: truths.length === 0 ? [] : summary(truths),
  workloads: [...random, ...truths],
};
for (const line of [...shown(result.random), ...shown(result.truths)]) console.log(line);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 1)}\n`);
