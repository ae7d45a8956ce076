// The estimates of `query bloat` against what a rewrite gives back, beside two published methods.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from '../measure.mjs';
import { positive } from '../options.mjs';
import { machineFacts } from '../report.mjs';
import { loadSupport } from '../support.mjs';
import { measureBloat } from './measure.mjs';
import { summarize, tableOf } from './summary.mjs';

export const USAGE = `Usage: npm run bench -- bloat [flags]
  --majors LIST   major versions, separated by commas (12,15,18 unless given)
  --json FILE     also write the result as JSON
  --help          this text
`;

/** The flags. @throws Error for one that does not exist */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      majors: { type: 'string', default: '12,15,18' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, majors: values.majors.split(',').map((major) => positive('--majors', major)) };
}

/** Runs the experiment on a server of each major version and prints its tables. */
export async function runExperiment(options, command, say) {
  const takenAt = new Date();
  const machine = machineFacts();
  const support = await loadSupport();
  await support.clearAbandonedFolders();
  const folder = await mkdtemp(join(tmpdir(), 'pgdba-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const servers = [];
  for (const major of options.majors) {
    const measured = await onServer(support, major, cleanEnvironment(folder));
    say(`PostgreSQL ${measured.server_version}`);
    for (const line of tableOf(measured.errors)) say(line);
    servers.push(measured);
  }
  if (options.json === undefined) return;
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const versions = { pgdba: version, node: process.version };
  const result = {
    schema: 'pgdba.bench.bloat/1',
    taken_at: takenAt.toISOString(),
    command,
    machine,
    versions,
    servers,
  };
  await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function onServer(support, major, env) {
  const server = await support.startServer({
    major,
    name: `bench-bloat-${major}`,
    settings: { autovacuum: 'off' },
  });
  try {
    const [{ version }] = await server.query("SELECT current_setting('server_version') AS version");
    const relations = await measureBloat(server, env);
    return { server_version: version, errors: summarize(relations), relations };
  } finally {
    await server.stop();
  }
}
