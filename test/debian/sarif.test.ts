import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, sharedServer } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';

/** The validator of the people who wrote the standard; too large to be installed with the tests of every clone. */
const VALIDATOR = '@microsoft/sarif-multitool@5.7.0';

const server = sharedServer(17);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-sarif-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('what check writes for code scanning is valid SARIF to the validator of its authors', async () => {
  const dbname = await freshDatabase(server, 'seeded');
  const file = join(folder, 'pgdba.sarif');
  await runCli(['check', '--dsn', server.dsn({ dbname }), '--report', 'sarif', '--report-file', file]);
  const { stdout } = await promisify(execFile)(
    'npm',
    ['exec', '--yes', `--package=${VALIDATOR}`, '--', 'sarif-multitool', 'validate', file],
    { cwd: folder, env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' } },
  );
  expect(stdout).toContain('Analysis completed successfully');
  const told = [...stdout.matchAll(/(?:error|warning) (SARIF\d+)/g)].map(([, rule]) => rule);
  // It asks for the address of a home page, which pgdba has not.
  expect(told).toEqual(['SARIF2005']);
}, 120_000);
