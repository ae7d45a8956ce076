// The benchmark: whole processes in pairs, told as ratios. bench/README.md says what the rows mean; nothing here
// fails because something was slow.
import { readFile, writeFile } from 'node:fs/promises';
import { readOptions, USAGE } from './options.mjs';
import { heading, line, machineFacts, resultFile, resultOf } from './report.mjs';
import { ROWS } from './rows.mjs';
import { openStage } from './stage.mjs';
import { loadSupport } from './support.mjs';

const say = (text) => process.stdout.write(`${text}\n`);
const sayAside = (text) => process.stderr.write(`${text}\n`);

/** The rows that --only leaves. @throws Error for a name that no row has */
function chooseRows(names) {
  const unknown = names.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`there is no row "${unknown}"`);
  return names.length === 0 ? ROWS : ROWS.filter(({ name }) => names.includes(name));
}

async function measureRows(rows, stage) {
  const results = [];
  say(heading());
  for (const row of rows) {
    const started = performance.now();
    const measured = await row.measure(stage);
    const result = resultOf(row, measured, (performance.now() - started) / 1000);
    say(line(result));
    results.push(result);
  }
  return results;
}

async function bench(options) {
  const rows = chooseRows(options.only);
  const takenAt = new Date();
  const machine = machineFacts();
  const support = await loadSupport();
  await support.clearAbandonedFolders();
  const stage = await openStage(options, support, sayAside);
  try {
    const results = await measureRows(rows, stage);
    if (options.json !== undefined) {
      const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
      const result = resultFile({ version, takenAt, machine, stage, rounds: options.rounds, results });
      await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    if (options['keep-server']) await untilInterrupted(await stage.reuseHint());
  } finally {
    await stage.close();
  }
}

/** Keeps the servers until Ctrl-C. */
async function untilInterrupted(hint) {
  sayAside(`The servers stay until Ctrl-C. From another terminal: npm run bench -- ${hint}`);
  const alive = setInterval(() => undefined, 1 << 30);
  await new Promise((resolve) => {
    for (const signal of SIGNALS) process.removeAllListeners(signal).once(signal, resolve);
  });
  clearInterval(alive);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// Ending by process.exit lets the server starter end its servers; a signal by itself would not.
for (const signal of SIGNALS) process.once(signal, () => process.exit(130));

async function tuning(argv) {
  const { readOptions: readTuningOptions, USAGE: TUNING_USAGE } = await import('./tuning/options.mjs');
  const options = readTuningOptions(argv);
  if (options.help) return say(TUNING_USAGE.trimEnd());
  const { runExperiment } = await import('./tuning/experiment.mjs');
  await runExperiment(options, ['npm run bench -- tuning', ...argv].join(' '), say, sayAside);
}

async function bloat(argv) {
  const {
    readOptions: readBloatOptions,
    runExperiment,
    USAGE: BLOAT_USAGE,
  } = await import('./bloat/experiment.mjs');
  const options = readBloatOptions(argv);
  if (options.help) return say(BLOAT_USAGE.trimEnd());
  await runExperiment(options, ['npm run bench -- bloat', ...argv].join(' '), say);
}

const EXPERIMENTS = { bloat, tuning };

async function rows(argv) {
  const options = readOptions(argv);
  if (options.help) say(USAGE.trimEnd());
  else if (options.list)
    for (const { name, what, against } of ROWS) say(`${name}: ${what}${against ? `, over ${against}` : ''}`);
  else await bench(options);
}

try {
  const [first, ...others] = process.argv.slice(2);
  const experiment = EXPERIMENTS[first];
  await (experiment === undefined ? rows(process.argv.slice(2)) : experiment(others));
} catch (error) {
  sayAside(`bench: ${error.stack ?? error}`);
  process.exitCode = 1;
}
