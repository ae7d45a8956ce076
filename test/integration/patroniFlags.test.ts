import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/freePort.js';
import { runCli, type CliResult } from '../support/runCli.js';

describe.each(['status', 'config'])('pgdba patroni %s', (verb) => {
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdba-test-'));
    await writeFile(join(folder, 'not.pem'), 'hello');
    url = `http://127.0.0.1:${String(await freePort())}`;
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    runCli(['patroni', verb, ...args], { env, cwd: folder });

  it.each([
    ['a user without a password', ['--patroni-user', 'me'], {}, '--patroni-user is given without a password'],
    [
      'a password without a user',
      [],
      { PGDBA_PATRONI_PASSWORD: 'hush' },
      'a password for Patroni is given without --patroni-user',
    ],
    [
      'a certificate without its key',
      ['--patroni-cert', 'c.pem'],
      {},
      '--patroni-cert and --patroni-key go together',
    ],
    [
      'an authority that is not to be asked',
      ['--patroni-cacert', 'c.pem', '--patroni-insecure'],
      {},
      '--patroni-cacert and --patroni-insecure cannot be given together',
    ],
  ])('refuses %s', async (_what, args, env, message) => {
    const { exitCode, envelope, stdout } = await run(['--patroni-url', url, ...args], env);
    expect([exitCode, envelope.error?.code, envelope.error?.message]).toEqual([2, 'usage', message]);
    expect(stdout).not.toContain('hush');
  });

  it('refuses what is no URL, and does not repeat it', async () => {
    const { exitCode, stdout } = await run(['--patroni-url', 'me:hush@db1:8008']);
    expect(exitCode).toBe(2);
    expect(stdout).not.toContain('hush');
  });

  it.each([
    ['is not there', 'nowhere.pem', /^nowhere\.pem cannot be read: /],
    ['holds no PEM', 'not.pem', /^--patroni-cacert: not\.pem holds no PEM$/],
  ])('refuses a file that %s', async (_what, file, message) => {
    const { envelope } = await run(['--patroni-url', url, '--patroni-cacert', file]);
    expect(envelope.error?.code).toBe('invalid_input');
    expect(envelope.error?.message).toMatch(message);
  });

  it('tells a password command that fails', async () => {
    const args = [
      '--patroni-url',
      url,
      '--patroni-user',
      'me',
      '--patroni-password-command',
      'echo hush; exit 3',
    ];
    const { exitCode, envelope, stdout } = await run(args);
    expect([exitCode, envelope.error?.code]).toEqual([4, 'password_command_failed']);
    expect(envelope.error?.message).toBe('the password command for Patroni ended with exit code 3');
    expect(stdout).not.toContain('hush');
  });

  it('needs a URL, and knows one only from the flag, the variable or the registry', async () => {
    const { exitCode, envelope } = await run([]);
    expect([exitCode, envelope.error?.code]).toEqual([5, 'patroni_url_missing']);
    const asked = await run([], { PGDBA_PATRONI_URL: url });
    expect([asked.exitCode, asked.envelope.error?.code]).toEqual([9, 'patroni_unreachable']);
  });
});
