import { asError } from '../../core/errors.js';
import { majorOf } from '../../core/version.js';
import { executorFor } from '../dcs/executor.js';
import type { ChangeSet, Request } from './changeSet.js';
import { SUCCESS } from './executeOutcome.js';
import { takeUpJournal } from './executeJournal.js';
import { lineAfter, stepBetween, type Step } from './executeStep.js';
import { carryOut, type ChangeAnswer } from './pipelineCarryOut.js';
import { underLocks, withSight, type Held } from './pipelineHeld.js';
import { auditRefusal, freeId, notDone, planned, warnOfLock, wouldBe } from './pipelinePlan.js';
import { refuseRestart } from './finishing.js';
import { refuseUnfinished } from './pipelineUnfinished.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { refusalOf } from './planChange.js';
import { writePreSnapshot } from './preSnapshot.js';
import type { ChangeSetStore } from './store.js';
import { readAutoConf } from './verifyLines.js';
import type { WantedLine } from './verifyParameter.js';

export interface ApplyOptions {
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly waitMs: number;
  readonly via: 'auto' | 'alter-system' | 'patroni';
  /** Restarts what the change leaves waiting on members of a Patroni cluster. */
  readonly restart?: boolean;
  /** Milliseconds for which the change is provisional: taken back unless it is confirmed. */
  readonly provisionalMs?: number;
}

/**
 * Applies what is asked for, or tells what would be done.
 * @returns the changeset, as far as it came, beside the error that it ended with
 * @throws PgdbaError when it ended before there was a plan: of connecting, `lock_held`, `changeset_unfinished`,
 * `fingerprint_mismatch`, `node_mismatch`, `transaction_pooler`, `state_unusable`
 */
export async function applyChange(
  request: Request,
  options: ApplyOptions,
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const patroni = await executorFor(options.via, around);
  if (patroni !== null) {
    const { applyDcs } = await import('../dcs/applyDcs.js');
    return applyDcs(request, options, around, patroni);
  }
  refuseRestart(options);
  if (options.dryRun) {
    return withSight(around, async (sight) => {
      const { fingerprint } = sight.identity;
      await refuseUnfinished(around, fingerprint);
      await warnOfLock(fingerprint, around);
      const plan = await planned(request, options, sight, around);
      const error = refusalOf(plan);
      const data = error === null ? wouldBe(plan.changeSet, sight) : notDone(plan.changeSet, true);
      return { data, error };
    });
  }
  const reason = {
    changesetId: (store: ChangeSetStore) => freeId(request, store, around),
    waitMs: options.waitMs,
    first: (fingerprint: string) => refuseUnfinished(around, fingerprint),
  };
  return underLocks(reason, around, async (held) => {
    const id = await freeId(request, held.store, around);
    const plan = await planned({ ...request, id }, options, held, around);
    const refusal = refusalOf(plan);
    if (refusal === null) return applyPlan(plan.changeSet, options, held, around);
    await auditRefusal(plan.changeSet, options, held, around);
    return { data: notDone(plan.changeSet, false), error: refusal };
  });
}

/** Executes a plan that nothing speaks against. What fails before the first step leaves the plan as it was. */
async function applyPlan(
  plan: ChangeSet,
  options: ApplyOptions,
  held: Held,
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  let changeSet = plan;
  try {
    const steps = stepsOf(plan, majorOf(held.server.facts.serverVersionNum));
    const path = held.store.journalPath(plan.id);
    changeSet = { ...plan, status: 'applying', pre_snapshot: await preSnapshot(plan, held, around) };
    const journal = await takeUpJournal(
      path,
      { id: plan.id, fingerprint: held.identity.fingerprint },
      around.clock,
    );
    try {
      await held.store.save(changeSet);
      const done = (): ChangeSet => applied(changeSet, options.provisionalMs, around.clock.now());
      const wanted = wantedOf(plan);
      const forced = options.force;
      return await carryOut(
        { operation: 'apply', changeSet, steps, wanted, journal, wasClosed: false, forced, done },
        held,
        around,
      );
    } finally {
      await journal.close();
    }
  } catch (error) {
    return { data: notDone(plan, false), error: asError(error) };
  }
}

/** @throws PgdbaError `parameter_not_changeable` when a line could not be brought back */
function stepsOf(plan: ChangeSet, major: number): Step[] {
  const idle = new Set(
    plan.dry_run_result?.parameters.filter(({ action }) => action === 'none').map(({ name }) => name),
  );
  return plan.parameters
    .filter(({ name }) => !idle.has(name))
    .map(({ name, old_line, new_value }) => stepBetween(name, old_line, new_value, major));
}

function wantedOf(changeSet: ChangeSet): WantedLine[] {
  return changeSet.parameters.map((parameter) => ({
    name: parameter.name,
    context: parameter.context,
    line: lineAfter(changeSet, parameter),
  }));
}

async function preSnapshot(
  plan: ChangeSet,
  { store, configuration, writer }: Held,
  { clock }: ChangeSurroundings,
): Promise<ChangeSet['pre_snapshot']> {
  const autoConfText = await readAutoConf(writer.session);
  const takenAt = clock.now().toISOString();
  return writePreSnapshot(store.folder, { changesetId: plan.id, configuration, autoConfText, takenAt });
}

function applied(changeSet: ChangeSet, provisionalMs: number | undefined, now: Date): ChangeSet {
  const { status, outcome } = SUCCESS.apply;
  const parameters = changeSet.parameters.map((parameter) => ({ ...parameter, outcome, error: null }));
  const confirm_until =
    provisionalMs === undefined ? null : new Date(now.getTime() + provisionalMs).toISOString();
  return { ...changeSet, status, parameters, applied_at: now.toISOString(), confirm_until };
}
