import { PgdbaError } from '../../core/errors.js';
import type { ChangeSet } from './changeSet.js';
import { SUCCESS } from './executeOutcome.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import type { Direction } from './rollbackSteps.js';

export interface FinishOptions {
  readonly changesetId: string;
  readonly dryRun: boolean;
  /** Also over lines that somebody else made since. */
  readonly force: boolean;
  readonly waitMs: number;
  /** Restarts what it leaves waiting on members of a Patroni cluster. */
  readonly restart?: boolean;
}

/** Nothing but Patroni can restart a server for us. @throws PgdbaError `usage` */
export function refuseRestart({ restart }: Pick<FinishOptions, 'restart'>): void {
  if (restart !== true) return;
  throw new PgdbaError(
    'usage',
    '--restart is for changes through Patroni, and this one goes by ALTER SYSTEM',
    {
      hint: 'Without it data.pending_restart tells the command that restarts the server, and the way back should it not start.',
    },
  );
}

/**
 * Whether a changeset that is done with is where it shall go.
 * @throws PgdbaError `plan_stale` for one that was taken back and cannot be resumed
 */
export function isThere(direction: Direction, { id, status }: ChangeSet): boolean {
  const isBack = status === 'rolled_back' || status === 'reverted';
  if (direction === 'rollback') return isBack;
  if (!isBack) return true;
  throw new PgdbaError('plan_stale', `the changeset ${id} was taken back: there is nothing to resume`, {
    hint: 'Apply its file again.',
  });
}

/** Tells that nothing is left to do, which is no error. */
export function warnAlready(direction: Direction, { id }: ChangeSet, around: ChangeSurroundings): void {
  const [code, words] =
    direction === 'rollback'
      ? ['already_rolled_back', 'is rolled back already']
      : ['already_applied', 'is applied already'];
  around.warn(code, `the changeset ${id} ${words}; nothing was changed`, { subject: id });
}

/** How a changeset was brought to its end. */
interface Ending {
  /** Parameters of which a step was taken, also such as the document knows nothing of. */
  readonly taken: ReadonlySet<string | undefined>;
  readonly force: boolean;
  readonly now: Date;
}

/** The changeset once everything of it is where it shall be. */
export function finished(
  direction: Direction,
  changeSet: ChangeSet,
  { taken, force, now }: Ending,
): ChangeSet {
  const { status, outcome } = SUCCESS[direction];
  const parameters = changeSet.parameters.map((parameter) => {
    const isUntouched =
      direction === 'rollback' && parameter.outcome === 'not_executed' && !taken.has(parameter.name);
    return { ...parameter, outcome: isUntouched ? parameter.outcome : outcome, error: null };
  });
  const at = now.toISOString();
  return {
    ...changeSet,
    status,
    parameters,
    forced: changeSet.forced || force,
    confirm_until: null,
    ...(direction === 'rollback' ? { rolled_back_at: at } : { applied_at: changeSet.applied_at ?? at }),
  };
}
