import { PgdbaError } from '../../core/errors.js';
import { executorOf } from '../dcs/executor.js';
import { majorOf } from '../../core/version.js';
import { pendingRestarts, placeOf } from './applyPending.js';
import type { ChangeSet } from './changeSet.js';
import { takeUpJournal } from './executeJournal.js';
import type { Step } from './executeStep.js';
import { finished, isThere, refuseRestart, warnAlready, type FinishOptions } from './finishing.js';
import { isClosed } from './journal.js';
import { carryOut, pendingOf, type ChangeAnswer } from './pipelineCarryOut.js';
import { underLocks, withSight, type Held, type Sight } from './pipelineHeld.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { dryRun, requireRights } from './rollbackCheck.js';
import { stepsTo, wantedLines, type Direction } from './rollbackSteps.js';
import { ChangeSetStore } from './store.js';
import { requireTarget } from './target.js';
import { fileErrors, verdictsOf } from './verify.js';
import { readLines } from './verifyLines.js';

/** What was stored of a changeset, and what is left to be done. */
interface Found {
  readonly changeSet: ChangeSet;
  /** Whether its journal says that it is done with. */
  readonly closed: boolean;
  /** Null when nothing is. */
  readonly steps: readonly Step[] | null;
}

/**
 * Brings the lines of postgresql.auto.conf back to what they were before a changeset, from what was stored of it alone:
 * one that was applied, or one that was cut off anywhere.
 * @throws PgdbaError `unknown_changeset`, `changed_since`, `node_mismatch`, `insufficient_privilege`, those of the locks
 */
export function rollbackChange(options: FinishOptions, around: ChangeSurroundings): Promise<ChangeAnswer> {
  return finish('rollback', options, around);
}

/** As {@link rollbackChange}, towards the lines that the changeset is for. */
export async function finish(
  direction: Direction,
  options: FinishOptions,
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const patroni = await executorOf(options.changesetId, around);
  if (patroni !== null) {
    const { finishDcs } = await import('../dcs/finishDcs.js');
    return finishDcs(direction, options, around, patroni);
  }
  refuseRestart(options);
  if (options.dryRun) {
    return withSight(around, async (sight) => {
      const store = new ChangeSetStore(around.home, sight.identity.fingerprint);
      const found = await find(direction, options, store, sight);
      const { changeSet, steps } = found;
      if (steps === null) return already(direction, found, sight, around);
      return { data: dryRun(direction, changeSet, steps, sight), error: null };
    });
  }
  const reason = {
    changesetId: () => Promise.resolve(options.changesetId),
    waitMs: options.waitMs,
  };
  return underLocks(reason, around, async (held) => {
    const found = await find(direction, options, held.store, held);
    const { steps } = found;
    if (steps === null) return already(direction, found, held, around);
    return carryOutFrom(direction, { ...found, steps }, options, held, around);
  });
}

async function find(
  direction: Direction,
  options: FinishOptions,
  store: ChangeSetStore,
  sight: Sight,
): Promise<Found> {
  const { server, configuration } = sight;
  const changeSet = await store.load(options.changesetId);
  const { fingerprint, node } = changeSet;
  if (changeSet.via === 'patroni') {
    throw new PgdbaError(
      'patroni_url_missing',
      `the changeset ${changeSet.id} was made through Patroni, whose URL is not known`,
    );
  }
  await requireTarget(server, { id: null, changes: [], fingerprint, node });
  const closed = await isClosed(store.journalPath(changeSet.id));
  if (closed && isThere(direction, changeSet)) return { changeSet, closed, steps: null };
  await requireRights(server, changeSet);
  const lines = await readLines(server.session);
  if (lines === null) {
    throw new PgdbaError(
      'configuration_broken',
      `the lines of postgresql.auto.conf cannot be known: ${fileErrors(configuration) ?? 'the server does not show them'}`,
    );
  }
  const major = majorOf(server.facts.serverVersionNum);
  return { changeSet, closed, steps: stepsTo(direction, changeSet, lines, { major, force: options.force }) };
}

/** Nothing is left to do, which is no error: what waits for a restart is told as it is now. */
function already(
  direction: Direction,
  { changeSet }: Found,
  { server, configuration }: Sight,
  around: ChangeSurroundings,
): ChangeAnswer {
  warnAlready(direction, changeSet, around);
  const major = majorOf(server.facts.serverVersionNum);
  const verdicts = verdictsOf(wantedLines(changeSet, direction), configuration, major);
  const waiting = pendingOf(verdicts, { changeSet, operation: direction, steps: [] });
  const pending_restart = pendingRestarts(placeOf(server, configuration), waiting);
  const data = {
    dry_run: false,
    changed: false,
    changeset: changeSet,
    observation: null,
    restart: null,
    pending_restart,
  };
  return { data, error: null };
}

async function carryOutFrom(
  direction: Direction,
  { changeSet, closed, steps }: Found & { readonly steps: readonly Step[] },
  options: FinishOptions,
  held: Held,
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const { clock } = around;
  const path = held.store.journalPath(changeSet.id);
  const { fingerprint } = held.identity;
  const journal = await takeUpJournal(path, { id: changeSet.id, fingerprint }, clock);
  // Steps of which the document knows nothing, because the run that took them was killed.
  const taken = new Set(
    journal.entries.flatMap(({ step, parameter }) => (step === 'set' ? [parameter] : [])),
  );
  try {
    return await carryOut(
      {
        operation: direction,
        changeSet,
        steps,
        wanted: wantedLines(changeSet, direction),
        journal,
        wasClosed: closed,
        forced: options.force,
        done: () => finished(direction, changeSet, { taken, force: options.force, now: clock.now() }),
      },
      held,
      around,
    );
  } finally {
    await journal.close();
  }
}
