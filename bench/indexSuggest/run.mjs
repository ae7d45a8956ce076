// Figures of query index-suggest: `node bench/indexSuggest/run.mjs [--quick] [--servers hypopg,12,15,18] [--scale 0.1]
// [--json FILE]`. bench/README.md says what is measured. It starts its servers itself.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from '../measure.mjs';
import { machineFacts } from '../report.mjs';
import { loadSupport } from '../support.mjs';
import { agreementOf } from './figures.mjs';
import { foresight, measureTruth, measureWorkload } from './measure.mjs';
import { truths, workloadsOf } from './workloads.mjs';

/** The settings that initdb leaves, but for these. jit: not every build has it. */
const SETTINGS = {
  autovacuum: 'off',
  fsync: 'off',
  jit: 'off',
  shared_buffers: '256MB',
  shared_preload_libraries: 'pg_stat_statements',
};

const QUICK = { servers: 'hypopg,15', scale: '0.01' };

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      servers: { type: 'string' },
      scale: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const usual = values.quick ? QUICK : { servers: 'hypopg,12,15,18', scale: '0.1' };
  const scale = Number(values.scale ?? usual.scale);
  if (!(scale > 0)) throw new Error(`--scale takes a number above 0, not "${values.scale}"`);
  return { scale, servers: (values.servers ?? usual.servers).split(','), json: values.json };
}

async function startServer(support, name) {
  if (name === 'hypopg') {
    const { handle, stop } = await support.startDebianServer(SETTINGS);
    return { server: handle, stop };
  }
  const server = await support.startServer({
    major: Number(name),
    name: `bench-${name}`,
    settings: SETTINGS,
  });
  return { server, stop: () => server.stop() };
}

function told({ server_version, workload, source, advisor, judged_by, ...figures }) {
  const { seconds, planner_calls, indexes, bytes, bytes_told, cost_ratio_told, cost_ratio, time_ratio } =
    figures;
  process.stderr.write(
    `${[
      `${server_version} ${workload} (${source}) ${advisor}${judged_by === null ? '' : ` by ${judged_by}`}:`,
      `${seconds} s, ${planner_calls} planner calls, ${indexes} indexes, ${(bytes / 2 ** 20).toFixed(1)} MiB`,
      bytes_told === null ? '' : `(told ${(bytes_told / 2 ** 20).toFixed(1)})`,
      `cost × ${cost_ratio}${cost_ratio_told === null ? '' : ` (told ${cost_ratio_told})`}, time × ${time_ratio},`,
      `slower: ${figures.slower.join(', ') || 'none'}`,
    ].join(' ')}\n`,
  );
}

async function onServer(support, name, { scale, folder, env }) {
  const { server, stop } = await startServer(support, name);
  try {
    const [{ server_version }] = await server.query(
      "SELECT split_part(current_setting('server_version'), ' ', 1) AS server_version",
    );
    const facts = { server_version, hypopg: name === 'hypopg' };
    const results = [];
    const promises = [];
    for (const workload of await workloadsOf(scale)) {
      const measured = await measureWorkload({ server, facts, workload, folder, env, say: told });
      results.push(...measured.results);
      promises.push(...measured.promises);
    }
    for (const truth of await truths())
      promises.push(...(await measureTruth({ server, facts, truth, folder, env })));
    return { results, foreseen: foresight(facts, promises) };
  } finally {
    await stop();
  }
}

/** The lists that statistics give, beside those that HypoPG gives of the same workload. */
function agreements(results) {
  const own = results.filter(({ advisor }) => advisor === 'pgdba');
  const ddlOf = ({ suggestions }) => suggestions.map(({ ddl }) => ddl);
  return own
    .filter(({ hypopg }) => !hypopg)
    .flatMap((one) => {
      const planner = own.find(
        ({ hypopg, workload, source }) => hypopg && workload === one.workload && source === one.source,
      );
      const { server_version, workload, source } = one;
      return planner === undefined
        ? []
        : [{ server_version, workload, source, ...agreementOf(ddlOf(one), ddlOf(planner)) }];
    });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
const options = readOptions();
const taken_at = new Date().toISOString();
const machine = machineFacts();
const support = await loadSupport();
await support.clearAbandonedFolders();
const folder = await mkdtemp(join(tmpdir(), 'pgdba-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
const measured = [];
for (const name of options.servers) {
  measured.push(
    await onServer(support, name, { scale: options.scale, folder, env: cleanEnvironment(folder) }),
  );
  // What is measured is kept, should a later server not start.
  if (options.json !== undefined) await writeFile(options.json, resultText(measured));
}
if (options.json === undefined) process.stdout.write(resultText(measured));

function resultText(servers) {
  const advice = servers.flatMap(({ results }) => results);
  const result = {
    schema: 'pgdba.bench.index-suggest/1',
    taken_at,
    command: ['node bench/indexSuggest/run.mjs', ...process.argv.slice(2)].join(' '),
    machine,
    versions: { pgdba: version, node: process.version },
    scale: options.scale,
    settings: SETTINGS,
    agreement: agreements(advice),
    foreseen: servers.map(({ foreseen }) => foreseen),
    advice,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
