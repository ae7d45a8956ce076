import { asError, PgdbaError } from '../../core/errors.js';
import type { Step } from './executeStep.js';
import type { Execution, Failure, Progress, Work } from './executeWork.js';
import type { Journal, JournalStep } from './journal.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { undo } from './undo.js';
import { fileErrors, look, reload, verdictsOf, type Verdicts } from './verify.js';

/** A step, or a check, that failed on account of these parameters. */
class ParameterFailure extends Error {
  constructor(readonly parameters: ReadonlyMap<string, PgdbaError>) {
    super([...parameters.values()].map(({ message }) => message).join('; '));
  }
}

/**
 * Takes the steps, one reload, verifies and records; when any of it fails, what was begun is taken back in reverse.
 * Each step's intent is on disk before it is taken. Never throws.
 */
export async function execute(work: Work, around: ChangeSurroundings): Promise<Execution> {
  const progress: Mutable = { begun: new Set(), confirmed: new Set(), loaded: false };
  try {
    await work.begin();
    for (const step of work.steps) await take(step, work, progress);
    const verdicts = await settle(work, progress, around);
    await work.record();
    return { ...progress, kind: 'done', verdicts };
  } catch (thrown) {
    const ended = await undo(work, progress, around);
    return { ...progress, ...ended, failure: failureOf(asError(thrown)) };
  }
}

function failureOf(error: Error): Failure {
  if (!(error instanceof ParameterFailure)) return { cause: error, parameters: new Map() };
  const [only] = error.parameters.values();
  const cause =
    error.parameters.size === 1 && only !== undefined ? only : new PgdbaError('apply_failed', error.message);
  return { cause, parameters: error.parameters };
}

/** Progress while it is made. */
interface Mutable extends Progress {
  readonly begun: Set<string>;
  readonly confirmed: Set<string>;
  loaded: boolean;
}

async function take(step: Step, work: Work, { begun, confirmed }: Mutable): Promise<void> {
  const { journal } = work;
  const entry = { step: 'set', parameter: step.id, old_line: step.from, new_line: step.to } as const;
  await work.lock.assertHeld();
  await journal.append({ ...entry, phase: 'intent' });
  begun.add(step.id);
  try {
    await work.writer.session.send({ sql: step.execute });
  } catch (thrown) {
    const error = asError(thrown);
    await noteFailure(journal, entry, error);
    // A connection that broke is not the parameter's fault.
    const isAnswer = error instanceof PgdbaError && work.writer.session.isUsable();
    throw isAnswer ? new ParameterFailure(new Map([[step.id, error]])) : error;
  }
  confirmed.add(step.id);
  await journal.append({ ...entry, phase: 'done' });
}

/** The failure itself is what counts; that it could not be written down is not. */
async function noteFailure(
  journal: Journal,
  entry: Omit<JournalStep, 'phase' | 'error'>,
  error: Error,
): Promise<void> {
  await journal.append({ ...entry, phase: 'failed', error: error.message }).catch(() => undefined);
}

/** One reload, and a look at what came of it. */
async function settle(work: Work, progress: Mutable, around: ChangeSurroundings): Promise<Verdicts> {
  const { journal, writer } = work;
  await work.lock.assertHeld();
  await journal.append({ step: 'reload', phase: 'intent' });
  progress.loaded = true;
  const taken = await reload(writer.session, around.clock);
  progress.loaded = taken;
  await journal.append({ step: 'reload', phase: taken ? 'done' : 'failed' });
  const seen = await look(() => around.openSession({ purpose: 'settings' }), work.startedAt);
  if (!taken) {
    throw new PgdbaError(
      'apply_failed',
      `the server did not take the new configuration: ${fileErrors(seen) ?? 'it gave no reason'}`,
      { hint: 'Mend the line that the message names; until then no reload of this server has an effect.' },
    );
  }
  const verdicts = verdictsOf(work.wanted, seen, work.major);
  const failed = [...verdicts].flatMap(([name, verdict]) =>
    verdict.kind === 'failed' ? [[name, new PgdbaError('apply_failed', verdict.message)] as const] : [],
  );
  await journal.append({ step: 'verify', phase: failed.length === 0 ? 'done' : 'failed' });
  if (failed.length > 0) throw new ParameterFailure(new Map(failed));
  return verdicts;
}
