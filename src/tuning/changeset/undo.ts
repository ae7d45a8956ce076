import { asError, PgdbaError } from '../../core/errors.js';
import type { Session } from '../../db/session.js';
import { isSameLine, type Step } from './executeStep.js';
import type { Progress, Stuck, Undone, Work } from './executeWork.js';
import type { JournalStep } from './journal.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { overNewSession } from './undoSession.js';
import { look, reload, verdictsOf } from './verify.js';
import { readLines, type Lines } from './verifyLines.js';

/** The session that lines are set back over, and the signal that it lives by if not by the run's. */
interface Way {
  readonly session: Session;
  /** When the server started that it leads to. */
  readonly startedAt: string;
  readonly until?: AbortSignal;
}

/**
 * Takes back the steps that were begun, in reverse: over the session that took them, and when that is gone over a new
 * one, even when the run itself has been told to stop. Each line is compared with the file first, so that it may be
 * tried again. Never throws.
 */
export async function undo(
  work: Work,
  { begun, loaded }: Progress,
  around: ChangeSurroundings,
): Promise<Undone | Stuck> {
  const steps = work.steps.filter(({ id }) => begun.has(id)).reverse();
  if (steps.length === 0) return { kind: 'undone' };
  const undone = new Set<string>();
  const takeBack = async (way: Way): Promise<void> => {
    const refused = await setBack(steps, work, way, undone);
    const taken = await reload(way.session, around.clock);
    const back = steps.filter(({ id }) => undone.has(id));
    if (taken) await check(back, work, way, around);
    // Files that the server does not take now were not taken with our change in them, either, unless it came later.
    else if (loaded) refused.push(notReloaded());
    const [first] = refused;
    if (first !== undefined)
      throw new PgdbaError(first.code, refused.map(({ message }) => message).join('; '));
  };
  try {
    if (!(await overPresent(work, takeBack))) await overNewSession(work, around, takeBack);
    return { kind: 'undone' };
  } catch (thrown) {
    return { kind: 'stuck', undoError: asError(thrown), undone };
  }
}

function notReloaded(): PgdbaError {
  return new PgdbaError('rollback_failed', 'the lines are back, but the server does not reload them');
}

/** False when the session is gone. */
async function overPresent(work: Work, takeBack: (way: Way) => Promise<void>): Promise<boolean> {
  const { session } = work.writer;
  if (!session.isUsable()) return false;
  try {
    await takeBack({ session, startedAt: work.startedAt });
    return true;
  } catch (error) {
    if (session.isUsable()) throw error;
    return false;
  }
}

/** Sets back every line that can be; returns why the others could not. */
async function setBack(
  steps: readonly Step[],
  work: Work,
  { session }: Way,
  undone: Set<string>,
): Promise<PgdbaError[]> {
  const lines = await readLines(session);
  const refused: PgdbaError[] = [];
  for (const step of steps) {
    try {
      // Where the lines cannot be known it is enough that nobody else was let in since.
      if (lines === null || isToGo(step, lines, work.major)) await setOneBack(step, work, session);
      undone.add(step.id);
    } catch (error) {
      if (!(error instanceof PgdbaError) || !session.isUsable()) throw error;
      refused.push(error);
    }
  }
  return refused;
}

/**
 * Whether the line is the step's, and not the old one already.
 * @throws PgdbaError `changed_since` when it is neither: then it stays as it is
 */
function isToGo({ id, from, to }: Step, lines: Lines, major: number): boolean {
  const line = lines.get(id.toLowerCase()) ?? null;
  if (isSameLine(id, line, from, major)) return false;
  if (isSameLine(id, line, to, major)) return true;
  throw new PgdbaError('changed_since', `somebody else changed ${id} meanwhile`);
}

async function setOneBack(step: Step, work: Work, session: Session): Promise<void> {
  const entry = { step: 'undo', parameter: step.id, old_line: step.from, new_line: step.to } as const;
  await note(work, { ...entry, phase: 'intent' });
  await session.send({ sql: step.undo });
  await note(work, { ...entry, phase: 'done' });
}

/** Of an undo the lines themselves are the record; a disk that is full must not keep them from being set back. */
async function note({ journal }: Work, entry: JournalStep): Promise<void> {
  await journal.append(entry).catch(() => undefined);
}

/** A look whether the server has the old values again. */
async function check(
  steps: readonly Step[],
  work: Work,
  { until, startedAt }: Way,
  around: ChangeSurroundings,
): Promise<void> {
  const contexts = new Map(work.wanted.map(({ name, context }) => [name, context]));
  const wanted = steps.map(({ id, from }) => ({ name: id, line: from, context: contexts.get(id) ?? null }));
  const seen = await look(
    () => around.openSession({ purpose: 'settings', ...(until === undefined ? {} : { until }) }),
    startedAt,
  );
  const failed = [...verdictsOf(wanted, seen, work.major).values()].flatMap((verdict) =>
    verdict.kind === 'failed' ? [verdict.message] : [],
  );
  if (failed.length > 0) throw new PgdbaError('rollback_failed', failed.join('; '));
}
