import { asError } from '../../core/errors.js';
import type { ChangeSet, Request } from '../changeset/changeSet.js';
import { appendAudit } from '../changeset/audit.js';
import { takeUpJournal } from '../changeset/executeJournal.js';
import { SUCCESS } from '../changeset/executeOutcome.js';
import type { ApplyOptions } from '../changeset/pipeline.js';
import type { ChangeAnswer } from '../changeset/pipelineCarryOut.js';
import { freeId, notDone, tellFindings, warnOfLock } from '../changeset/pipelinePlan.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { refuseUnfinished } from '../changeset/pipelineUnfinished.js';
import type { Plan } from '../changeset/plan.js';
import { writePreSnapshot } from '../changeset/preSnapshot.js';
import { refusalOf } from '../changeset/refusal.js';
import type { ChangeSetStore } from '../changeset/store.js';
import { carryOutDcs, pendingOnMembers } from './carryOutDcs.js';
import { withClusterLook, type ClusterLook } from './clusterLook.js';
import { underDcsLocks, type DcsHeld } from './dcsHeld.js';
import { keysNotAt } from './dcsKeys.js';
import { foretoldMasks } from './foretoldMasks.js';
import type { PatroniReach } from './patroniReach.js';
import { planDcsChange } from './planDcs.js';
import { restartAfter, withRestartPlan } from './restartAfter.js';

/**
 * Applies what is asked for through the DCS of a Patroni cluster, or tells what would be done.
 * @returns the changeset, as far as it came, beside the error that it ended with
 * @throws PgdbaError when it ended before there was a plan: of connecting, of the REST API, `lock_held`,
 * `changeset_unfinished`, `fingerprint_mismatch`, `state_unusable`
 */
export async function applyDcs(
  request: Request,
  options: ApplyOptions,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  if (options.dryRun) {
    return withClusterLook(around, patroni, async (look) => {
      const { fingerprint } = look.identity;
      await refuseUnfinished(around, fingerprint);
      await warnOfLock(fingerprint, around);
      const plan = await planned(request, options, look, around, patroni);
      const error = refusalOf(plan);
      const data = notDone(plan.changeSet, true);
      if (error !== null) return { data, error };
      const answer = { data: { ...data, pending_restart: wouldWait(plan.changeSet) }, error };
      return options.restart === true
        ? withRestartPlan(answer, plan.changeSet.dcs?.keys ?? [], patroni)
        : answer;
    });
  }
  const reason = {
    changesetId: (store: ChangeSetStore) => freeId(request, store, around),
    waitMs: options.waitMs,
    first: (fingerprint: string) => refuseUnfinished(around, fingerprint),
  };
  const work = async (held: DcsHeld): Promise<ChangeAnswer> => {
    const id = await freeId(request, held.store, around);
    const plan = await planned({ ...request, id }, options, held.look, around, patroni);
    const refusal = refusalOf(plan);
    if (refusal === null) return applyPlan(plan.changeSet, options, held, around, patroni);
    await auditRefusal(plan.changeSet, options, held, around);
    return { data: notDone(plan.changeSet, false), error: refusal };
  };
  const restart = (answer: ChangeAnswer): Promise<ChangeAnswer> =>
    restartAfter('apply', answer, around, patroni);
  return underDcsLocks(reason, around, patroni, work, options.restart === true ? restart : undefined);
}

async function planned(
  request: Request,
  { force }: ApplyOptions,
  look: ClusterLook,
  around: ChangeSurroundings,
  { keepPartial }: PatroniReach,
): Promise<Plan> {
  const { newId, ramBytes, clock } = around;
  const plan = await planDcsChange(look, request, { force, keepPartial, newId, ramBytes, now: clock.now() });
  tellFindings(plan, around);
  return plan;
}

/** What would wait for a restart, on every member alike. */
function wouldWait({ dcs, parameters, dry_run_result }: ChangeSet): ChangeAnswer['data']['pending_restart'] {
  if (dcs === undefined) return [];
  const members = dcs.members.map((member) => ({
    ...member,
    parameters: parameters.map(({ name, old_value }, i) => {
      const waits = dry_run_result?.parameters[i]?.effect === 'restart';
      return { name, value: old_value, outcome: waits ? ('pending_restart' as const) : null, reason: null };
    }),
  }));
  return pendingOnMembers(members, dcs.keys);
}

/** Executes a plan that nothing speaks against. What fails before the first step leaves the plan as it was. */
async function applyPlan(
  plan: ChangeSet,
  options: ApplyOptions,
  held: DcsHeld,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  const { dcs } = plan;
  if (dcs === undefined) throw new Error('a plan for the DCS has its keys');
  try {
    const { store, look } = held;
    const changeSet: ChangeSet = {
      ...plan,
      status: 'applying',
      pre_snapshot: await preSnapshot(plan, held, around),
    };
    const { fingerprint } = held.identity;
    const journal = await takeUpJournal(
      store.journalPath(plan.id),
      { id: plan.id, fingerprint },
      around.clock,
    );
    try {
      await store.save(changeSet);
      return await carryOutDcs(
        {
          ...{ operation: 'apply', changeSet, dcs, journal, wasClosed: false, forced: options.force },
          keys: dcs.keys,
          sends: keysNotAt(look.told.value, dcs.keys, 'after').length > 0,
          seen: null,
          isForetold: foretoldMasks(look, dcs),
          keepsUnproven: () => patroni.keepPartial,
          done: () => applied(changeSet, options.provisionalMs, around.clock.now()),
        },
        held,
        around,
        patroni,
      );
    } finally {
      await journal.close();
    }
  } catch (error) {
    return { data: notDone(plan, false), error: asError(error) };
  }
}

/** The leader’s configuration; the DCS’s old values stand in the changeset itself. */
async function preSnapshot(
  plan: ChangeSet,
  { store, look }: DcsHeld,
  { clock }: ChangeSurroundings,
): Promise<ChangeSet['pre_snapshot']> {
  const { configuration } = look.best;
  const takenAt = clock.now().toISOString();
  return writePreSnapshot(store.folder, { changesetId: plan.id, configuration, autoConfText: null, takenAt });
}

function applied(changeSet: ChangeSet, provisionalMs: number | undefined, now: Date): ChangeSet {
  const { status, outcome } = SUCCESS.apply;
  const parameters = changeSet.parameters.map((parameter) => ({ ...parameter, outcome, error: null }));
  const confirm_until =
    provisionalMs === undefined ? null : new Date(now.getTime() + provisionalMs).toISOString();
  return { ...changeSet, status, parameters, applied_at: now.toISOString(), confirm_until };
}

async function auditRefusal(
  changeSet: ChangeSet,
  { force }: ApplyOptions,
  { look }: DcsHeld,
  { home, runId, command, clock }: ChangeSurroundings,
): Promise<void> {
  const facts = { operation: 'apply', outcome: 'refused', runId, command, changeSet } as const;
  await appendAudit(home, { ...facts, role: look.best.server.facts.role, forced: force }, clock);
}
