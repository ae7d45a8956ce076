// Tuned against default against PGTune: the same work under three configurations, judged by what was counted.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../measure.mjs';
import { findPgbench, versionOf } from '../programs.mjs';
import { machineFacts } from '../report.mjs';
import { loadSupport } from '../support.mjs';
import { makeConfigurations } from './configurations.mjs';
import { runOnce } from './oneRun.mjs';
import { comparePlans, judge, resultFile, tableOf, tell } from './report.mjs';
import { openTestBed } from './testBed.mjs';
import { loadTables } from './workload.mjs';

/**
 * Runs the experiment and prints its table.
 * @param command what the user typed, for the result file
 * @throws Error when pgbench is not at hand
 */
export async function runExperiment(options, command, say, sayAside) {
  const pgbench = findPgbench();
  if (pgbench === null)
    throw new Error(
      'pgbench is not at hand: install PostgreSQL’s client programs, or set PGDBA_BENCH_PGBENCH',
    );
  const takenAt = new Date();
  const machine = machineFacts();
  const support = await loadSupport();
  await support.clearAbandonedFolders();
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const bed = await openTestBed(support, options.major);
  try {
    const settings = { ...options, pgbench, folder, env: cleanEnvironment(folder) };
    const { version, configurations, runs } = await experiment(bed, settings, support.pg, sayAside);
    const judged = { counters: judge(runs), told: tell(runs), plans: comparePlans(runs) };
    for (const line of tableOf(judged)) say(line);
    if (options.json === undefined) return;
    const versions = { ...(await ownVersions()), server: version, pgbench: versionOf(pgbench) };
    const result = { command, takenAt, machine, versions, options, configurations, runs, judged };
    await writeFile(options.json, `${JSON.stringify(resultFile(result), null, 2)}\n`);
  } finally {
    await bed.close();
  }
}

async function experiment(bed, settings, pg, sayAside) {
  sayAside(`making the tables, scale ${settings.scale} ...`);
  let version;
  await bed.build(async (server) => {
    await loadTables(settings, server);
    ({ version } = (await server.query("SELECT current_setting('server_version') AS version")).rows[0]);
  });
  sayAside(`making the configurations, pgdba's after ${settings.observe} s of work ...`);
  const configurations = await makeConfigurations(bed, settings, pg);
  for (const { name, left_out: lines } of configurations)
    for (const { line, reason } of lines) sayAside(`${name} without ${line}: ${reason.split('\n')[0]}`);
  const runs = [];
  for (let round = 1; round <= settings.rounds; round++) {
    for (const configuration of configurations) {
      const run = await runOnce(bed, configuration, settings);
      const { tps, queries_s: seconds } = run.told;
      sayAside(
        `round ${round} ${configuration.name}: ${tps.toFixed(0)} tps, queries ${seconds.toFixed(1)} s, ` +
          `load ${run.load.after.toFixed(1)}`,
      );
      runs.push({ configuration: configuration.name, round, ...run });
    }
  }
  return { version, configurations, runs };
}

async function ownVersions() {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return { pgdba: version, node: process.version };
}
