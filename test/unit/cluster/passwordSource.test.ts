import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passwordSource } from '../../../src/cluster/passwordSource.js';

const { PATH } = process.env;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-unit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(
  command: string,
  timeoutMs?: number,
  env: NodeJS.ProcessEnv = {},
): Promise<string | undefined> {
  const source = passwordSource(
    { name: 'prod', password_command: command, password_env: null },
    { PATH, ...env },
    timeoutMs,
  );
  return source?.();
}

test('a cluster that names no way has no source', () => {
  expect(passwordSource({ name: 'prod', password_command: null, password_env: null }, {})).toBeUndefined();
});

test('a variable is read, and a missing one named', async () => {
  const cluster = { name: 'prod', password_command: null, password_env: 'PROD_PW' };
  expect(await passwordSource(cluster, { PROD_PW: 's p' })?.()).toBe('s p');
  await expect(passwordSource(cluster, { PROD_PW: '' })?.()).rejects.toMatchObject({
    code: 'password_required',
    exit: 4,
    message: 'cluster prod takes its password from PROD_PW, which is not set',
  });
});

describe('a password command', () => {
  test.each([
    ['printf secret', 'secret'],
    ['echo secret', 'secret'],
    [String.raw`printf 'secret\r\n'`, 'secret'],
    [String.raw`printf ' two words \nsecond line\n'`, ' two words '],
    ['echo "$FROM_ENV"', 'of pgdba’s environment'],
    ['echo noise >&2; echo secret', 'secret'],
  ])('%s gives the first line', async (command, password) => {
    expect(await run(command, undefined, { FROM_ENV: 'of pgdba’s environment' })).toBe(password);
  });

  test.each([
    ['echo hunter2; echo hunter2 >&2; exit 3', 'ended with exit code 3'],
    ['true', 'printed nothing'],
    ['echo; echo second', 'printed nothing'],
    ['kill -9 $$', 'was ended by SIGKILL'],
    ['no-such-program-hunter2', 'ended with exit code 127'],
    ['yes hunter2 | tr -d "\\n"', 'printed more than a password'],
  ])('%s fails without a word of what it holds or printed', async (command, reason) => {
    await expect(run(command)).rejects.toMatchObject({
      code: 'password_command_failed',
      exit: 4,
      message: `the password command of cluster prod ${reason}`,
    });
  });

  test('that takes too long is ended with all that it started', async () => {
    const pidFile = join(folder, 'pid');
    await expect(run(`sleep 60 & echo $! > '${pidFile}'; wait`, 300)).rejects.toMatchObject({
      code: 'password_command_failed',
      message: 'the password command of cluster prod did not end within 0.3 s',
    });
    const pid = (await readFile(pidFile, 'utf8')).trim();
    const state = (): Promise<string> => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ');
    await expect.poll(state).toMatch(/ Z /);
  });

  test('cannot prompt: it has no terminal and no input', async () => {
    expect(await run('read answer; tty >/dev/null 2>&1 || echo none')).toBe('none');
  });

  test('is not waited for when it leaves something behind that keeps its output open', async () => {
    const startedAt = performance.now();
    expect(await run('echo secret; sleep 20 &')).toBe('secret');
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  test('is run once for all the sessions of a run, and only when a password is wanted', async () => {
    const count = join(folder, 'count');
    const source = passwordSource(
      { name: 'prod', password_command: `echo x >> '${count}'; echo secret`, password_env: null },
      { PATH },
    );
    await expect(readFile(count)).rejects.toMatchObject({ code: 'ENOENT' });
    await Promise.all([source?.(), source?.()]);
    expect(await readFile(count, 'utf8')).toBe('x\n');
  });
});
