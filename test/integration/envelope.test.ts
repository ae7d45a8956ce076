import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Envelope } from '../../src/output/envelope.js';
import { REPOSITORY } from '../support/binaries.js';
import { runCli } from '../support/runCli.js';
import { startSilentServer, type SilentServer } from '../support/silentServer.js';

/** The envelope for whatever comes before a server is reached. */

let folder: string;
let silent: SilentServer;

beforeAll(async () => {
  silent = await startSilentServer();
  folder = await mkdtemp(join(tmpdir(), 'pgdba-envelope-'));
});

afterAll(async () => {
  await silent.close();
  await rm(folder, { recursive: true });
});

describe('words that name no command', () => {
  it.each([
    [[], '', 'unknown_command'],
    [['cluster'], 'cluster', 'unknown_command'],
    [['frobnicate'], 'frobnicate', 'unknown_command'],
    [['frobnicate', 'it', '--format', 'yaml'], 'frobnicate it', 'unknown_command'],
    [['cluster', 'paint', 'prod'], 'cluster paint prod', 'unknown_command'],
    [['--frobnicate'], '', 'unknown_command'],
  ])('pgdba %j is exit 2 with the unknown words', async (args, command, code) => {
    const { exitCode, envelope, stderr } = await runCli(args);
    expect(exitCode).toBe(2);
    expect(envelope).toMatchObject({ command, ok: false, data: null, cluster: null, error: { code } });
    expect(stderr).toBe('');
  });
});

describe('flags and values that are wrong', () => {
  it.each([
    [['inspect', '--frobnicate'], /frobnicate/],
    [['inspect', '--limit', 'many'], /many/],
    [['inspect', '--format', 'xml'], /xml/],
    [['inspect', '--statement-timeout', '5 parsecs'], /parsecs/],
    [['inspect', '--max-bytes', '10'], /10/],
    [['inspect', '--dsn', 'host=a', '--name', 'b'], /--dsn and --name/],
    [['inspect', '--dsn'], /dsn/],
    [['inspect', 'word'], /word/],
    [['inspect', '--sections', 'nothing_such'], /nothing_such/],
    [['schema', 'a', 'b', 'c'], /c/],
    [['cluster', 'add'], /name/i],
  ])('pgdba %j is exit 2', async (args, message) => {
    const { exitCode, envelope } = await runCli(args);
    expect(exitCode).toBe(2);
    expect(envelope.error?.code).toMatch(/^(usage|unknown_command)$/);
    expect(envelope.error?.message).toMatch(message);
    expect(envelope.ok).toBe(false);
  });

  it('a variable with a bad value is like a flag with one', async () => {
    const { exitCode, envelope } = await runCli(['schema'], { env: { PGDBA_FORMAT: 'xml' } });
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({ code: 'usage' });
  });

  it.each(['{', '[]', '{"format": ["json"', 'null'])(
    'defaults.json that holds %j is exit 5',
    async (text) => {
      const home = await mkdtemp(join(folder, 'home-'));
      await mkdir(join(home, '.pgdba'), { mode: 0o700 });
      await writeFile(join(home, '.pgdba', 'defaults.json'), text);
      const { exitCode, envelope } = await runCli(['schema', 'errors'], { home });
      expect(exitCode).toBe(5);
      expect(envelope.error?.code).toBe('state_unusable');
      expect(envelope.error?.message).toContain('defaults.json');
    },
  );
});

describe('text instead of an envelope', () => {
  it('--version prints one line', async () => {
    const { exitCode, stdout } = await runCli(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^pgdba\/\d+\.\d+\.\d+ \S+ node-v\S+\n$/);
  });

  it.each([
    [['--help']],
    [['inspect', '--help']],
    [['cluster', '--help']],
    [['cluster', 'add', '--help']],
    [['schema', '--help']],
  ])('%j prints help', async (args) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('USAGE');
    expect(stderr).toBe('');
  });
});

describe('the same answer in every format', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['an answer', ['schema', 'exits']],
    ['a usage error', ['schema', 'nothing-such']],
    ['a refused connection', ['inspect', '--dsn', 'postgresql://u@127.0.0.1:1/x']],
  ];

  it.each(cases)('%s', async (_what, args) => {
    const json = await runCli(args);
    const { data, error, warnings, command } = json.envelope;
    const yaml = await runCli([...args, '--format', 'yaml']);
    expect(yaml.exitCode).toBe(json.exitCode);
    expect(parse(yaml.stdout)).toMatchObject({ data, error, warnings, command });
    for (const format of ['table', 'markdown']) {
      const people = await runCli([...args, '--format', format]);
      expect(people.exitCode).toBe(json.exitCode);
      for (const text of textsOf({ data, error }))
        expect(withoutMarks(people.stdout)).toContain(withoutMarks(text));
    }
  });

  it('stays JSON when the flags themselves do not parse', async () => {
    const { envelope, exitCode } = await runCli(['schema', '--format', 'table', '--frobnicate']);
    expect(exitCode).toBe(2);
    expect(envelope.error?.code).toBe('usage');
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}

/** Markdown escapes some characters. */
function withoutMarks(text: string): string {
  return text.replaceAll('\\', '').replaceAll('&lt;', '<');
}

describe('a stdout that cannot be written', () => {
  it.each([
    [['schema'], 0],
    [['schema', 'nothing-such'], 2],
    [['--help'], 0],
  ])('gone: pgdba %j ends silently with its own code', async (args, code) => {
    const { exitCode, stderr } = await runCli(args, { stdout: 'closed' });
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: '' });
  });

  it('full: exit 1 and one line on stderr', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(REPOSITORY, 'bin/run.js'), 'schema'], {
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^pgdba: stdout cannot be written: .*ENOSPC.*\n$/);
  });
});

describe('an exception in the middle of a command', () => {
  /** Runs a command with a file that does something to the process first. */
  async function runWith(
    code: string,
  ): Promise<{ exitCode: number | null; envelope: Envelope; stderr: string }> {
    const file = join(await mkdtemp(join(folder, 'require-')), 'before.cjs');
    await writeFile(file, code);
    // What is thrown is thrown while the command waits for a server that never answers.
    const args = ['inspect', '--dsn', `postgresql://u@127.0.0.1:${String(silent.port)}/x`];
    return runCli(args, { env: { NODE_OPTIONS: `--require ${file}` } });
  }

  /** Once pgdba is under way; before it looks after exceptions, Node would tell of them itself. */
  const later = (code: string): string =>
    `const timer = setInterval(() => {
       if (process.listenerCount('uncaughtException') === 0) return;
       clearInterval(timer);
       setTimeout(() => { ${code} }, 300);
     }, 5);`;

  it.each([
    ['thrown from a timer', later(`throw new RangeError('planted');`)],
    ['rejected and never caught', later(`Promise.reject(new RangeError('planted'));`)],
    [
      'thrown where pgdba calls',
      `require('node:net').Socket.prototype.connect = () => { throw new RangeError('planted'); };`,
    ],
    ['a thrown word', later(`throw 'planted';`)],
    ['two at once', later(`Promise.reject(new RangeError('planted')); throw new RangeError('planted');`)],
  ])('%s is exit 1, internal', async (_what, code) => {
    const { exitCode, envelope, stderr } = await runWith(code);
    expect(exitCode).toBe(1);
    expect(envelope).toMatchObject({
      command: 'inspect',
      ok: false,
      error: { code: 'internal', retryable: false },
    });
    expect(envelope.error?.message).toContain('planted');
    expect(stderr).toContain('planted');
  });
});
