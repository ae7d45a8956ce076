import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asError } from '../core/errors.js';
import type { TourEntry } from './demoData.js';
import { type DemoServer, demoDsn } from './demoServer.js';
import type { PlantedFault } from './plantedFaults.js';
import { faultsSeen, TOUR_STEPS, type TourStep } from './tourSteps.js';
import type { TourData } from './tourTold.js';

/** How the tour runs pgdba and speaks to people. */
export interface TourGuide {
  /** bin/run.js of the pgdba that gives the tour. */
  readonly entryPoint: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
  /** Writes a line for people. */
  readonly tell: (line: string) => void;
}

interface Finished {
  readonly stdout: string;
  readonly exitCode: number | null;
  readonly durationMs: number;
}

/** Runs the tour's commands one after the other as processes of their own and tells what each found. */
export async function runTour(
  demo: DemoServer,
  faults: readonly PlantedFault[],
  guide: TourGuide,
): Promise<TourEntry[]> {
  const env = await tourEnvironment(demo, guide.env);
  const entries: TourEntry[] = [];
  for (const step of TOUR_STEPS) {
    guide.signal.throwIfAborted();
    const words = step.words({
      dsn: demoDsn(demo),
      bareDsn: demoDsn(demo, 'shop_app'),
      report: join(demo.directory, 'report.html'),
    });
    guide.tell('');
    const fed = step.input === undefined ? '' : `echo ${shellWord(step.input)} | `;
    guide.tell(`$ ${fed}pgdba ${words.map(shellWord).join(' ')}`);
    guide.tell(`  ${step.about}`);
    const entry = entryOf(step, words, await runPgdba(words, step.input, env, guide), faults);
    for (const line of entry.summary) guide.tell(`  ${line}`);
    entries.push(entry);
  }
  return entries;
}

/**
 * The tour has a PGDBA_HOME of its own inside the demo's folder, so that it registers nothing in the user's; and it
 * must not follow the user's PG* variables to another server.
 */
async function tourEnvironment(
  demo: DemoServer,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<NodeJS.ProcessEnv> {
  const home = join(demo.directory, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), PGDBA_HOME: home };
}

function runPgdba(
  words: readonly string[],
  input: string | undefined,
  env: NodeJS.ProcessEnv,
  guide: TourGuide,
): Promise<Finished> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [guide.entryPoint, ...words, '--format', 'json'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // A command that does not read closes its end; that is no fault of the tour.
  child.stdin.on('error', () => undefined).end(input);
  const stop = (): void => void child.kill('SIGTERM');
  guide.signal.addEventListener('abort', stop, { once: true });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      guide.signal.removeEventListener('abort', stop);
      resolve({ stdout, exitCode, durationMs: Math.round(performance.now() - startedAt) });
    });
  });
}

function entryOf(
  step: TourStep,
  words: readonly string[],
  finished: Finished,
  faults: readonly PlantedFault[],
): TourEntry {
  const base = {
    command: words.join(' '),
    exit_code: finished.exitCode,
    duration_ms: finished.durationMs,
  };
  let answer: TourAnswer;
  try {
    answer = JSON.parse(finished.stdout) as TourAnswer;
  } catch (error) {
    return { ...base, ok: false, summary: [`no envelope: ${asError(error).message}`], faults_seen: [] };
  }
  if (!answer.ok || answer.data === null) {
    return {
      ...base,
      ok: false,
      summary: [`${answer.error?.code ?? ''}: ${answer.error?.message ?? ''}`],
      faults_seen: [],
    };
  }
  const seen = step.looksForFaults === true ? faultsSeen(answer.data, faults) : [];
  const bullets = seen.map(
    ({ object, what, shown }) => `• ${object.name}: ${what} (${shown?.section ?? ''})`,
  );
  const summary = [...step.tell(answer.data), ...bullets];
  return { ...base, ok: true, summary, faults_seen: seen.map((fault) => fault.name) };
}

interface TourAnswer {
  readonly ok: boolean;
  readonly data: TourData | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A word as a shell needs it, so that a line of the tour can be copied. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
