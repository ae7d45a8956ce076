import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { asError, PgdbaError } from '../core/errors.js';
import { programPath, type ServerBinaries } from './binaries.js';
import {
  isAlive,
  isStillRunning,
  processStartOf,
  readPostmasterFile,
  type RunningServer,
} from './postmaster.js';
import { makePrivateFolder, type SystemUser } from './systemUser.js';

/** Everything that decides how one embedded server is made and run. */
export interface SandboxOptions {
  /** Binaries that `user` can run (`usableBinaries`). */
  readonly binaries: ServerBinaries;
  /** The account the server runs as; undefined = as we are. */
  readonly user: SystemUser | undefined;
  readonly dataDirectory: string;
  /** Short: a socket's whole path may have 107 bytes on Linux and 103 on macOS. */
  readonly socketDirectory: string;
  readonly logFile: string;
  readonly port: number;
  /** Addresses for TCP; empty = the Unix socket alone. */
  readonly listen: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Settings for the postmaster's command line, where they beat every file. */
  readonly commandLine?: Readonly<Record<string, string>>;
  /** The lines of pg_hba.conf. */
  readonly hba: readonly string[];
  /** Whether the server is to live on after this process, out of reach of its terminal's Ctrl-C. */
  readonly detached: boolean;
  /** How long the server may take until it accepts connections. */
  readonly startTimeoutMs?: number;
  /** When aborted, what was started is stopped and the start fails. */
  readonly signal?: AbortSignal;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
const LOG_LINES_IN_ERRORS = 12;

const run = promisify(execFile);

/**
 * Makes a data directory and starts a server on it.
 * @throws PgdbaError `demo_failed` with the last lines of the log; no process is left behind then.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningServer> {
  await initialiseSandbox(options);
  return startServer(options);
}

/**
 * Makes the data directory with its settings and pg_hba.conf.
 * @throws PgdbaError `demo_failed` with what initdb said.
 */
export async function initialiseSandbox(options: SandboxOptions): Promise<void> {
  await makeDataDirectory(options);
  await configureDataDirectory(options);
}

/**
 * Makes the data directory (superuser `postgres`, UTF8, locale C) as initdb leaves it.
 * @throws PgdbaError `demo_failed` with what initdb said.
 */
export async function makeDataDirectory(
  options: Pick<SandboxOptions, 'binaries' | 'user' | 'dataDirectory'>,
): Promise<void> {
  await makePrivateFolder(options.dataDirectory, options.user);
  const superuser = ['--username=postgres', '--auth=trust'];
  const args = [
    '--pgdata',
    options.dataDirectory,
    ...superuser,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  try {
    await run(programPath(options.binaries, 'initdb'), args, processOptions(options));
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? '';
    throw new PgdbaError('demo_failed', `initdb failed: ${said.trim() || asError(error).message}`, {
      cause: error,
    });
  }
}

/** Writes the settings and pg_hba.conf of a data directory, and makes the folder of its sockets. */
export async function configureDataDirectory(options: SandboxOptions): Promise<void> {
  await makePrivateFolder(options.socketDirectory, options.user);
  await appendFile(join(options.dataDirectory, 'postgresql.conf'), settingsText(options));
  await writeFile(join(options.dataDirectory, 'pg_hba.conf'), `${options.hba.join('\n')}\n`);
}

function settingsText(options: SandboxOptions): string {
  const settings = {
    port: String(options.port),
    listen_addresses: options.listen,
    unix_socket_directories: options.socketDirectory,
    ...options.settings,
  };
  const quote = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}`);
  return `\n${lines.join('\n')}\n`;
}

/** A server inherits nothing of the caller's PG* variables, locale or current folder. */
function processOptions(options: Pick<SandboxOptions, 'user'>): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
} {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
  const identity = options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid };
  return { cwd: '/', env, ...identity };
}

/**
 * Starts the server of an existing data directory and waits until it accepts connections.
 * @throws PgdbaError `demo_failed` with the last lines of the log; no process is left behind then.
 */
export async function startServer(options: SandboxOptions): Promise<RunningServer> {
  const child = spawnServer(options);
  try {
    await untilReady(child, options);
  } catch (error) {
    await endChild(child);
    const log = await lastLogLines(options.logFile);
    const message = `PostgreSQL did not start: ${asError(error).message}`;
    throw new PgdbaError('demo_failed', log === '' ? message : `${message}\n${log}`, { cause: error });
  }
  child.unref();
  const pid = child.pid ?? 0;
  return {
    pid,
    processStart: await processStartOf(pid),
    dataDirectory: resolve(options.dataDirectory),
    socketDirectory: options.socketDirectory,
    port: options.port,
  };
}

function spawnServer(options: SandboxOptions): ChildProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    const settings = Object.entries(options.commandLine ?? {}).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const args = ['-D', options.dataDirectory, ...settings];
    return spawn(programPath(options.binaries, 'postgres'), args, {
      ...processOptions(options),
      stdio: ['ignore', log, log],
      detached: options.detached,
    });
  } finally {
    closeSync(log);
  }
}

/** Resolves once the server's own note says that it takes connections; rejects when it ends, or takes too long. */
async function untilReady(child: ChildProcess, options: SandboxOptions): Promise<void> {
  let ended: Error | undefined;
  child.once('error', (error) => (ended = error));
  child.once('exit', (code) => (ended ??= new Error(`it ended with exit code ${String(code)}`)));
  const deadline = performance.now() + (options.startTimeoutMs ?? START_TIMEOUT_MS);
  for (;;) {
    if (ended !== undefined) throw ended;
    if (options.signal?.aborted === true) throw new Error('it was interrupted');
    const file = await readPostmasterFile(options.dataDirectory);
    if (file?.pid === child.pid && (file?.status === 'ready' || file?.status === 'standby')) return;
    if (performance.now() > deadline) throw new Error('it accepted no connection in time');
    await pause(POLL_MS);
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  child.kill('SIGQUIT');
  const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(impatient);
}

/** The last lines that the server wrote, or an empty text. */
async function lastLogLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LOG_LINES_IN_ERRORS).join('\n');
}

/**
 * Stops exactly this server, by a fast shutdown and, if that takes too long, an immediate one. One that is no longer
 * there, or whose process id now belongs to another process, is left alone: then nothing happens.
 * @throws PgdbaError `demo_failed` when it outlives both.
 */
export async function stopServer(server: RunningServer, fastTimeoutMs = STOP_TIMEOUT_MS): Promise<void> {
  if (!(await isStillRunning(server))) return;
  process.kill(server.pid, 'SIGINT');
  if (await hasEndedWithin(server.pid, fastTimeoutMs)) return;
  process.kill(server.pid, 'SIGQUIT');
  if (await hasEndedWithin(server.pid, STOP_TIMEOUT_MS)) return;
  throw new PgdbaError(
    'demo_failed',
    `the PostgreSQL server with process id ${String(server.pid)} does not stop`,
  );
}

/** Whether the process is gone before `timeoutMs` have passed. */
export async function hasEndedWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
