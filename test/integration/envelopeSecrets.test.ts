import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../support/runCli.js';
import { startSilentServer, type SilentServer } from '../support/silentServer.js';

const SECRET = 'h0rse-battery-staple';
const PART = /h0rse|battery|staple/;

let silent: SilentServer;

beforeAll(async () => {
  silent = await startSilentServer();
});

afterAll(() => silent.close());

/** Every way to give it that pgdba might repeat in an error. */
const GIVEN: readonly (readonly [string, readonly string[]])[] = [
  ['a URI', ['inspect', '--dsn', `postgresql://u:${SECRET}@127.0.0.1:1/x`]],
  ['a URI with a parameter', ['inspect', '--dsn', `postgresql://127.0.0.1:1/x?user=u&password=${SECRET}`]],
  ['a conninfo string', ['doctor', '--dsn', `host=127.0.0.1 port=1 user=u password=${SECRET}`]],
  ['a quoted conninfo value', ['doctor', '--dsn', `host=127.0.0.1 port=1 password='h0rse battery staple'`]],
  ['a URI that is malformed', ['inspect', '--dsn', `postgresql://u:${SECRET}@[::1/x?nothing=such`]],
  ['a port that is none', ['inspect', '--dsn', `postgresql://u:${SECRET}@127.0.0.1:x/x`]],
  ['a conninfo string that is malformed', ['inspect', '--dsn', `host=a password='${SECRET}`]],
  ['a keyword that is not known', ['inspect', '--dsn', `password=${SECRET} frobnicate=1`]],
  ['a DSN without the flag', ['inspect', `postgresql://u:${SECRET}@127.0.0.1/x`]],
  ['a DSN as the command', [`postgresql://u:${SECRET}@127.0.0.1/x`]],
  ['a DSN in another flag', ['inspect', '--limit', `postgresql://u:${SECRET}@127.0.0.1/x`]],
  ['the registry', ['cluster', 'add', 'prod', '--dsn', `postgresql://u:${SECRET}@127.0.0.1/x`]],
];

describe('a password on the command line', () => {
  it.each(GIVEN)('is in no output: %s', async (_what, args) => {
    for (const format of ['json', 'yaml', 'table', 'markdown']) {
      const run = await runCli([...args, '--format', format, '--log-level', 'debug']);
      expect(run.exitCode).not.toBe(0);
      expect(`${run.stdout}${run.stderr}`).not.toMatch(PART);
    }
  });

  it('is in no output when it comes from a variable', async () => {
    const env = { PGDBA_DSN: `postgresql://u:${SECRET}@127.0.0.1:1/x`, PGPASSWORD: SECRET };
    const { stdout, stderr } = await runCli(['inspect', '--log-level', 'debug'], { env });
    expect(`${stdout}${stderr}`).not.toMatch(PART);
  });

  it('is not in the process list while pgdba runs', async () => {
    const dsn = `postgresql://u:${SECRET}@127.0.0.1:${String(silent.port)}/x`;
    const connected = silent.nextConnection();
    const running = await startCli(['inspect', '--dsn', dsn]);
    await connected;
    const commandLine = await readFile(`/proc/${String(running.pid)}/cmdline`, 'utf8');
    running.kill('SIGTERM');
    expect(commandLine).toContain('pgdba inspect');
    expect(commandLine).not.toMatch(PART);
    const { exitCode, stdout } = await running.result;
    expect(exitCode).toBe(143);
    expect(stdout).not.toMatch(PART);
  });
});
