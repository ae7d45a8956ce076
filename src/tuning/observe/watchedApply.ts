import { PgdbaError } from '../../core/errors.js';
import type { Server } from '../../cluster/server.js';
import type { Request } from '../changeset/changeSet.js';
import { applyChange, type ApplyOptions } from '../changeset/pipeline.js';
import type { ChangeAnswer } from '../changeset/pipelineCarryOut.js';
import { withSight } from '../changeset/pipelineHeld.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { placeOfMember } from '../dcs/clusterLook.js';
import { executorFor } from '../dcs/executor.js';
import { rollbackChange } from '../changeset/rollback.js';
import { ChangeSetStore } from '../changeset/store.js';
import { afterExpired } from './afterExpired.js';
import { awaitConfirmation, confirmChange } from './confirmation.js';
import { Watch, type Observation } from './observe.js';

/** What makes a change provisional. */
export interface WatchOptions {
  /** Length of each window; null = nothing is measured. */
  readonly observeMs: number | null;
  /** 0.2 = a fifth more work per transaction, or time per statement, is too much. */
  readonly maxRegressionRatio: number;
  /** null = nobody has to confirm. */
  readonly confirmWithinMs: number | null;
}

/** What became of a change that was watched. */
export interface WatchedAnswer extends ChangeAnswer {
  /** Whether it was taken back because the guard was crossed, or because nobody confirmed it. */
  readonly takenBack: boolean;
}

/** What a run needs beyond the window: its looks, and the way back. */
const MARGIN_MS = 30_000;
/** A change is taken back even when the run was told to stop; this long is tried. */
const WAY_BACK_MS = 60_000;

/** How much longer a run may take than --timeout says. */
export function watchingMs({ observeMs, confirmWithinMs }: WatchOptions): number {
  return 3 * (observeMs ?? 0) + (confirmWithinMs ?? 0);
}

/**
 * Applies a change that is provisional until it has stood the watch: while the windows are measured, and until somebody
 * confirms it. On disk it says so, so that the next command finishes what a killed run leaves.
 * @throws as {@link applyChange}
 */
export async function applyWatched(
  request: Request,
  options: ApplyOptions,
  watching: WatchOptions,
  around: ChangeSurroundings,
): Promise<WatchedAnswer> {
  const { observeMs, confirmWithinMs } = watching;
  const isWatched = observeMs !== null || confirmWithinMs !== null;
  // A dry run takes nothing back, either: it tells what is unfinished.
  if (options.dryRun) return { ...(await applyChange(request, options, around)), takenBack: false };
  const apply = (changed: Partial<ApplyOptions>): Promise<ChangeAnswer> =>
    afterExpired(around, options.waitMs, () => applyChange(request, { ...options, ...changed }, around));
  if (!isWatched) return { ...(await apply({})), takenBack: false };
  let watch: Watch | null = null;
  if (observeMs !== null) {
    // What would be refused is refused before two windows are spent on it.
    const refused = await apply({ dryRun: true });
    if (refused.error !== null) return { ...refused, takenBack: false };
    watch = await watchOf(observeMs, await atLeader(options.via, around));
    await watch.before();
  }
  const provisionalMs = (observeMs === null ? 0 : observeMs + MARGIN_MS) + (confirmWithinMs ?? 0);
  const applied = await apply({ provisionalMs });
  if (applied.error !== null || applied.data.changeset === null) return { ...applied, takenBack: false };
  return standWatch(applied, watch, watching, around);
}

/** Through Patroni the leader does the work that is measured, wherever the command connects to. */
async function atLeader(via: ApplyOptions['via'], around: ChangeSurroundings): Promise<ChangeSurroundings> {
  const patroni = await executorFor(via, around);
  if (patroni === null) return around;
  const { value } = await patroni.client.cluster();
  const leader = value.members.find(({ role }) => role === 'leader' || role === 'standby_leader');
  const place = leader === undefined ? null : placeOfMember(leader);
  if (place === null) return around;
  return { ...around, openSession: (wish) => around.openSession({ place, ...wish }) };
}

async function watchOf(observeMs: number, around: ChangeSurroundings): Promise<Watch> {
  const facts = await withSight(around, ({ server }): Promise<Server['facts']> =>
    Promise.resolve(server.facts),
  );
  return new Watch(observeMs, {
    clock: around.clock,
    stopped: around.stopped,
    openSession: () => around.openSession({ purpose: 'read' }),
    observed: { major: facts.major, statements: facts.extensions['pg_stat_statements'] },
  });
}

async function standWatch(
  applied: ChangeAnswer,
  watch: Watch | null,
  { maxRegressionRatio, confirmWithinMs }: WatchOptions,
  around: ChangeSurroundings,
): Promise<WatchedAnswer> {
  const { id = '', fingerprint = '' } = applied.data.changeset ?? {};
  const store = new ChangeSetStore(around.home, fingerprint ?? '');
  let observation: Observation | null = null;
  try {
    observation = (await watch?.after(maxRegressionRatio)) ?? null;
    if (observation?.verdict === 'regression' || observation?.verdict === 'server_lost') {
      return await takeBack(id, observation, around);
    }
    if (confirmWithinMs !== null) {
      const confirmed = await awaitConfirmation(id, store, confirmWithinMs, around);
      if (!confirmed) return await takeBack(id, observation, around);
    }
    const changeset = await confirmChange(id, store, around);
    return { data: { ...applied.data, changeset, observation }, error: null, takenBack: false };
  } catch (error) {
    if (!around.stopped.aborted) throw error;
    return takeBack(id, observation, around);
  }
}

async function takeBack(
  changesetId: string,
  observation: Observation | null,
  around: ChangeSurroundings,
): Promise<WatchedAnswer> {
  const until = AbortSignal.timeout(WAY_BACK_MS);
  const lasting: ChangeSurroundings = {
    ...around,
    patroni: async () => (await around.patroni())?.lasting(until) ?? null,
    stopped: until,
    openSession: (wish) => around.openSession({ ...wish, until: wish.until ?? until }),
  };
  const back = await retried(
    () => rollbackChange({ changesetId, dryRun: false, force: false, waitMs: WAY_BACK_MS / 2 }, lasting),
    lasting,
  );
  return { ...back, data: { ...back.data, observation }, takenBack: true };
}

const RETRY_EVERY_MS = 500;

/** A server that was lost may be back in a moment. */
async function retried<T>(work: () => Promise<T>, { clock, stopped }: ChangeSurroundings): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isOver = stopped.aborted || !(error instanceof PgdbaError) || error.exit !== 4;
      if (isOver) throw stillApplied(error);
      await clock.sleep(RETRY_EVERY_MS, stopped);
    }
  }
}

function stillApplied(error: unknown): unknown {
  if (!(error instanceof PgdbaError)) return error;
  return new PgdbaError('rollback_failed', `the change could not be taken back: ${error.message}`, {
    hint: 'The next config apply on this cluster takes it back; or run config rollback --changeset-id.',
    cause: error,
  });
}
