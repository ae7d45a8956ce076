import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '../../src/output/envelope.js';
import { REPOSITORY } from './binaries.js';
import { expectValidEnvelope } from './documentSchemas.js';

export interface CliOptions {
  /** Added to an otherwise empty environment; a PG* variable of the machine never reaches a test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is closed after it. */
  readonly input?: string;
  /** Killed and failed after this long; 60 s by default. */
  readonly timeoutMs?: number;
  readonly cwd?: string;
  /** Folder for HOME and PGDBA_HOME when several runs share their state; by default each run has its own. */
  readonly home?: string;
  /** Sends a signal after a while, or once stderr matches. */
  readonly signalAfter?: { readonly signal: NodeJS.Signals; readonly when: RegExp | number };
  /** `closed` = nobody reads stdout, as in `pgdba … | true`. */
  readonly stdout?: 'read' | 'closed';
  /** Folder of another installation than this repository's. */
  readonly packageRoot?: string;
  /** Account that runs it, when a test of root starts it as somebody else. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface CliResult {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /**
   * The one document on stdout, valid against the committed schemas.
   * @throws Error when stdout held none.
   */
  readonly envelope: Envelope;
}

/** A `pgdba` that still runs. */
export interface RunningCli {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once its stderr matches; rejects when it ends without. */
  stderrMatches(pattern: RegExp): Promise<void>;
  readonly result: Promise<CliResult>;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Runs the built `pgdba` as its users do and waits for its end. Any JSON document that it prints is validated, and
 * its meta.exit_code compared with the real one.
 */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const running = await startCli(args, options);
  if (options.signalAfter !== undefined) {
    const { signal, when } = options.signalAfter;
    await (typeof when === 'number' ? pause(when) : running.stderrMatches(when));
    running.kill(signal);
  }
  return running.result;
}

/** Starts the built `pgdba`, for tests that look at it, or do something to it, while it runs. */
export async function startCli(args: readonly string[], options: CliOptions = {}): Promise<RunningCli> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'pgdba-home-')));
  if (options.uid !== undefined && options.gid !== undefined) await chown(home, options.uid, options.gid);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(options.packageRoot ?? REPOSITORY, 'bin', 'run.js'), ...args], {
    cwd: options.cwd ?? home,
    env: cleanEnvironment(home, options.env),
    stdio: 'pipe',
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const text = collect(child, options);
  const ended = untilEnd(child, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, text);
  const result = ended.then(async ({ exitCode, signal }) => {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
    const durationMs = performance.now() - startedAt;
    return resultOf({ exitCode, signal, durationMs, ...text });
  });
  // Whoever awaits it gets the failure; without this, a test that looks at something else first would crash the worker.
  result.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    stderrMatches: (pattern) => untilMatch(child, text, pattern),
    result,
  };
}

function cleanEnvironment(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = process.env['PATH'] ?? '';
  return { PATH: path, HOME: home, PGDBA_HOME: join(home, '.pgdba'), LANG: 'C.UTF-8', ...extra };
}

interface CollectedText {
  stdout: string;
  stderr: string;
}

function collect(child: ChildProcessWithoutNullStreams, options: CliOptions): CollectedText {
  const text: CollectedText = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  if (options.stdout === 'closed') child.stdout.destroy();
  // A process that ends without reading its input is no failure of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return text;
}

function untilEnd(
  child: ChildProcessWithoutNullStreams,
  timeoutMs: number,
  text: CollectedText,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`pgdba still ran after ${String(timeoutMs)} ms; stderr: ${text.stderr}`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal });
    });
  });
}

function untilMatch(
  child: ChildProcessWithoutNullStreams,
  text: CollectedText,
  pattern: RegExp,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (pattern.test(text.stderr)) resolve();
    };
    child.stderr.on('data', look);
    child.once('close', () => {
      reject(new Error(`pgdba ended, stderr never matched ${String(pattern)}: ${text.stderr}${text.stdout}`));
    });
    look();
  });
}

function resultOf(run: Omit<CliResult, 'envelope'>): CliResult {
  const envelope = envelopeIn(run.stdout);
  if (envelope !== undefined && envelope.meta.exit_code !== run.exitCode) {
    throw new Error(
      `meta.exit_code ${String(envelope.meta.exit_code)} but exit code ${String(run.exitCode)}`,
    );
  }
  return {
    ...run,
    get envelope(): Envelope {
      if (envelope !== undefined) return envelope;
      throw new Error(`stdout held no envelope: ${JSON.stringify(run.stdout)}; stderr: ${run.stderr}`);
    },
  };
}

/** The validated document on stdout, or undefined when stdout is text (--help, --format table) or empty. */
function envelopeIn(stdout: string): Envelope | undefined {
  let document: unknown;
  try {
    document = JSON.parse(stdout);
  } catch {
    return undefined;
  }
  return expectValidEnvelope(document);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
