import { homedir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS, loadCommand, type Route } from './commands.js';
import { systemClock } from './core/clock.js';
import type { ErrorCode } from './core/codes.js';
import { dataSchemaOf } from './core/dataSchema.js';
import { asError, PgdbaError } from './core/errors.js';
import { maskSecrets } from './core/mask.js';
import { Log } from './log.js';
import { errorObject, type Data, type Envelope } from './output/envelope.js';
import { ENVELOPE_VERSION } from './output/envelopeVersion.js';
import { render } from './output/render.js';
import { Run, type Outcome } from './run.js';
import { writeStdout } from './stdout.js';
import { VERSION } from './version.js';

const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, ErrorCode>>> = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hung_up',
};

/**
 * Runs the command that was asked for, writes its envelope to stdout and ends the process with its exit code.
 * @param failed what already went wrong before a command could be looked for
 */
export async function answer(asked: Route, failed?: Error): Promise<void> {
  const run = newRun();
  run.command = asked.words;
  const interruption = watch(run);
  try {
    if (failed !== undefined) throw failed;
    const outcome = await Promise.race([
      runCommand(run, asked).finally(() => interruption.unlessStopping()),
      interruption.stopped,
    ]);
    await conclude(run, outcome);
  } catch (error) {
    await conclude(run, run.lastWord(asError(error)));
  }
}

function newRun(): Run {
  const { env } = process;
  const asked = env['PGDBA_HOME'] ?? '';
  const home = asked === '' ? join(homedir(), '.pgdba') : asked;
  const commands = COMMANDS.map(({ id }) => id);
  return new Run(systemClock, { env, home, version: VERSION, commands }, new Log());
}

interface Interruption {
  /** Rejects when a signal or an exception nobody caught has ended the run; all work is stopped first. */
  readonly stopped: Promise<never>;
  /** Never resolves once the run is being stopped: what a cancelled command then says is not the answer. */
  readonly unlessStopping: () => Promise<void>;
}

function watch(run: Run): Interruption {
  let stopping = false;
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (error: Error): void => {
      if (stopping) return;
      stopping = true;
      void run.interrupt().finally(() => {
        reject(error);
      });
    };
    run.fail = stop;
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.on(signal, () => {
        stop(new PgdbaError(code, `${signal} ended the run`));
      });
    }
    process.once('uncaughtException', stop);
    // Nothing is left that could still give the answer: that is a bug, and it is told like any other.
    process.once('beforeExit', () => {
      stop(new Error('the run ended without an answer'));
    });
    process.once('unhandledRejection', (reason) => {
      stop(asError(reason));
    });
  });
  stopped.catch(() => undefined);
  return { stopped, unlessStopping: () => (stopping ? new Promise(() => undefined) : Promise.resolve()) };
}

async function runCommand(run: Run, asked: Route): Promise<Outcome> {
  const loading = loadCommand(asked.words);
  if (loading === undefined) throw unknownCommand(asked);
  run.dataSchema = dataSchemaOf(asked.words);
  const CommandClass = await loading;
  const command = new CommandClass([...asked.rest], runningConfig as never);
  command.invocation = run;
  return command.run();
}

/** All that oclif's parser asks of its configuration; the real one (src/oclifConfig.ts) is for help. */
const runningConfig = { bin: 'pgdba', runHook: () => Promise.resolve({ successes: [], failures: [] }) };

function unknownCommand({ words }: Route): PgdbaError {
  const below = COMMANDS.map(({ id }) => id).filter((id) => words !== '' && id.startsWith(`${words} `));
  if (below.length > 0) {
    return new PgdbaError('unknown_command', `"${words}" groups commands and does nothing by itself`, {
      hint: `Run one of: ${below.join(', ')}.`,
    });
  }
  return new PgdbaError(
    'unknown_command',
    words === '' ? 'no command was given' : `there is no command "${words}"`,
  );
}

/** Writes the envelope for what became of the run, and ends the process with its exit code. */
async function conclude(run: Run, result: Outcome | Error): Promise<never> {
  try {
    const envelope = await envelopeOf(run, result);
    const text = documentIn(run, result) ?? (await render(envelope, run.output.format, process.stdout.isTTY));
    return await end(run, envelope.meta.exit_code, text);
  } catch (error) {
    // Choosing fields or rendering failed: that is an answer too, and it is always JSON.
    const envelope = assemble(run, asError(error), null);
    return end(run, envelope.meta.exit_code, await render(envelope, 'json', process.stdout.isTTY));
  }
}

/** What is written in place of the envelope: a document that was asked for whole, and fits. */
function documentIn({ output }: Run, result: Outcome | Error): string | null {
  if (result instanceof Error || result.error !== undefined || result.document === undefined) return null;
  const { format, fields, summary, maxBytes } = output;
  const whole = fields.length === 0 && !summary;
  const fits = maxBytes === null || Buffer.byteLength(result.document) <= maxBytes;
  return format === 'markdown' && whole && fits ? result.document : null;
}

async function envelopeOf(run: Run, result: Outcome | Error): Promise<Envelope> {
  const envelope =
    result instanceof Error ? assemble(run, result, null) : await envelopeOfOutcome(run, result);
  const { maxBytes } = run.output;
  if (maxBytes === null) return envelope;
  const { fitInto } = await import('./output/reduce.js');
  return fitInto(envelope, maxBytes);
}

async function envelopeOfOutcome(run: Run, outcome: Outcome): Promise<Envelope> {
  const { data, exit } = outcome;
  const error = outcome.error ?? null;
  const { fields, summary } = run.output;
  if (fields.length === 0 && !summary) return assemble(run, error, shownData(run, outcome), exit);
  const { pickFields, summarize } = await import('./output/reduce.js');
  const picked = fields.length === 0 ? data : pickFields(data, fields);
  run.dataSchema = null;
  return assemble(run, error, summary ? (summarize(picked) as Data) : picked, exit);
}

function shownData({ output }: Run, { data, forPeople }: Outcome): Data {
  const people = output.format === 'table' || output.format === 'markdown';
  return people ? (forPeople ?? data) : data;
}

function assemble(run: Run, thrown: Error | null, data: Data | null, exit: 0 | 3 = 0): Envelope {
  const error = thrown === null || thrown instanceof PgdbaError ? thrown : asInternal(run, thrown);
  return {
    schema: ENVELOPE_VERSION,
    command: maskSecrets(run.command),
    ok: error === null,
    cluster: run.cluster,
    data,
    warnings: masked(run.warnings),
    error: error === null ? null : masked(errorObject(error)),
    meta: {
      version: run.surroundings.version,
      run_id: run.id,
      started_at: run.startedAt.toISOString(),
      duration_ms: run.durationMs,
      data_schema: run.dataSchema,
      exit_code: error?.exit ?? exit,
      cost: run.cost,
    },
  };
}

/** The value with the secrets in every text of it masked: messages, hints and details may quote what was given. */
function masked<T>(value: T): T {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? maskSecrets(item) : item,
  );
  return JSON.parse(text) as T;
}

function asInternal(run: Run, thrown: Error): PgdbaError {
  run.log.write('error', thrown.stack ?? thrown.message);
  return new PgdbaError('internal', `${thrown.name}: ${thrown.message}`, { cause: thrown });
}

async function end(run: Run, exitCode: number, text: string): Promise<never> {
  const written = await writeStdout(text);
  await run.log.flush();
  process.exit(written ? exitCode : 1);
}
