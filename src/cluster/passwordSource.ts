import { spawn, type ChildProcess } from 'node:child_process';
import { PgdbaError } from '../core/errors.js';
import type { RegisteredCluster } from './registrySchema.js';

const COMMAND_TIMEOUT_MS = 30_000;
/** No password is longer; a command that prints more prints something else. */
const MOST_OUTPUT_CHARS = 65_536;

type PasswordSource = () => Promise<string | undefined>;

/**
 * How the password of a registered cluster is got, or undefined when the registry names no way (then PGPASSWORD and
 * ~/.pgpass count). It is asked for only when a server wants one, and once in a run.
 * The source rejects with PgdbaError `password_command_failed`, or `password_required` when the variable is not set.
 */
export function passwordSource(
  cluster: Pick<RegisteredCluster, 'name' | 'password_command' | 'password_env'>,
  env: Readonly<NodeJS.ProcessEnv>,
  timeoutMs = COMMAND_TIMEOUT_MS,
): PasswordSource | undefined {
  const { name, password_command: command, password_env: variable } = cluster;
  if (command !== null) {
    let printed: Promise<string> | undefined;
    const run = { whose: `of cluster ${name}`, env, timeoutMs };
    return () => (printed ??= firstLineOf(command, run));
  }
  if (variable === null) return undefined;
  return () => {
    const value = env[variable] ?? '';
    if (value !== '') return Promise.resolve(value);
    const error = new PgdbaError(
      'password_required',
      `cluster ${name} takes its password from ${variable}, which is not set`,
      {
        hint: `Set ${variable} in the environment of pgdba.`,
      },
    );
    return Promise.reject(error);
  };
}

interface CommandRun {
  /** Said in errors: `of cluster NAME`. */
  readonly whose: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly timeoutMs?: number;
}

/**
 * The first line that a password command prints. It runs without a terminal, so that it cannot prompt, and as a group of
 * its own, so that all of it can be ended. Neither its text nor what it prints goes into an error: both may hold secrets.
 * @throws PgdbaError `password_command_failed`
 */
export async function firstLineOf(
  command: string,
  { whose, env, timeoutMs = COMMAND_TIMEOUT_MS }: CommandRun,
): Promise<string> {
  const child = spawn('sh', ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const endGroup = (): void => {
    killGroup(child);
  };
  process.once('exit', endGroup);
  try {
    const { output, failure } = await outcomeOf(child, timeoutMs);
    if (failure !== null) throw failed(whose, failure);
    const password = /^[^\n]*/.exec(output)?.[0].replace(/\r$/, '') ?? '';
    if (password === '') throw failed(whose, 'printed nothing');
    return password;
  } finally {
    process.removeListener('exit', endGroup);
    endGroup();
    child.stdout.destroy();
  }
}

/** Waits until the command has ended and its first line is there; something it left in the background is not waited for. */
function outcomeOf(
  child: ChildProcess,
  timeoutMs: number,
): Promise<{ readonly output: string; readonly failure: string | null }> {
  return new Promise((resolve) => {
    let output = '';
    let exited = false;
    const settle = (failure: string | null): void => {
      clearTimeout(timer);
      resolve({ output, failure });
    };
    const timer = setTimeout(() => {
      settle(`did not end within ${String(timeoutMs / 1000)} s`);
    }, timeoutMs);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.length > MOST_OUTPUT_CHARS) settle('printed more than a password');
      else if (exited && output.includes('\n')) settle(null);
    });
    child.once('error', () => {
      settle('could not be started');
    });
    child.once('exit', (code, signal) => {
      exited = true;
      if (code !== 0)
        settle(code === null ? `was ended by ${String(signal)}` : `ended with exit code ${String(code)}`);
      else if (output.includes('\n')) settle(null);
    });
    child.once('close', () => {
      settle(null);
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

function failed(whose: string, what: string): PgdbaError {
  return new PgdbaError('password_command_failed', `the password command ${whose} ${what}`);
}
