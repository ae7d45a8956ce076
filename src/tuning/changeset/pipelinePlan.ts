import { pendingRestarts, placeOf, type Pending } from './applyPending.js';
import { appendAudit } from './audit.js';
import type { ChangeSet, Request } from './changeSet.js';
import { lockHolderOf } from './clusterLock.js';
import { concernsSharedMemory } from './guards/sharedMemory.js';
import { fateOfHolder } from './holderFate.js';
import type { ChangeAnswer } from './pipelineCarryOut.js';
import type { Sight } from './pipelineHeld.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import type { Plan } from './plan.js';
import { planChange } from './planChange.js';
import { ChangeSetStore } from './store.js';

/** How a change is planned. */
interface PlanWish {
  readonly force: boolean;
  readonly via: 'auto' | 'alter-system' | 'patroni';
}

/**
 * The id that an execution gets: the plan's own; one that was executed before keeps its record, and gets another.
 * @throws PgdbaError `state_unusable`
 */
export async function freeId(
  { id }: Request,
  store: ChangeSetStore,
  { newId }: ChangeSurroundings,
): Promise<string> {
  if (id === null) return newId();
  const isTaken = (await store.ids()).some((known) => known.id === id && known.hasDocument);
  return isTaken ? newId() : id;
}

/** The plan, made on the server as it is seen now; what it warns of is told. @throws as planChange() */
export async function planned(
  request: Request,
  { force, via }: PlanWish,
  { server, configuration, identity }: Sight,
  around: ChangeSurroundings,
): Promise<Plan> {
  const [ramBytes, dcs] = await Promise.all([
    concernsSharedMemory(request.changes) ? around.ramBytes(server) : null,
    around.dcs(identity),
  ]);
  const plan = await planChange(server, configuration, request, {
    force,
    via,
    now: around.clock.now(),
    newId: around.newId,
    ramBytes,
    dcs,
  });
  tellFindings(plan, around);
  return plan;
}

/** Tells what a plan warns of. */
export function tellFindings({ findings }: Plan, around: ChangeSurroundings): void {
  for (const { severity, code, message, parameter, hint } of findings) {
    if (severity !== 'warn') continue;
    around.warn(code, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(parameter === null ? {} : { subject: parameter }),
    });
  }
}

/** A dry run waits for nobody, but says who would be waited for. @throws PgdbaError `state_unusable` */
export async function warnOfLock(fingerprint: string, around: ChangeSurroundings): Promise<void> {
  const holder = await lockHolderOf(new ChangeSetStore(around.home, fingerprint).folder);
  if (holder === null || (await fateOfHolder(holder)) === 'dead') return;
  const { operation, pid, host, started_at } = holder;
  around.warn('lock_held', `${operation} (pid ${String(pid)} on ${host}) has the lock since ${started_at}`);
}

/** What the answer to a plan is of which nothing was executed. */
export function notDone(changeset: ChangeSet, dry_run: boolean): ChangeAnswer['data'] {
  return { dry_run, changed: false, changeset, observation: null, restart: null, pending_restart: [] };
}

/** The answer to a dry run that nothing speaks against. */
export function wouldBe(changeset: ChangeSet, sight: Sight): ChangeAnswer['data'] {
  const would = changeset.dry_run_result?.parameters ?? [];
  const waiting = changeset.parameters
    .filter(({ name }) =>
      would.some((parameter) => parameter.name === name && parameter.effect === 'restart'),
    )
    .map(({ name, old_value, new_value, old_line }): Pending => ({
      name,
      current: old_value,
      pending: new_value,
      oldLine: old_line,
    }));
  const place = placeOf(sight.server, sight.configuration);
  return { ...notDone(changeset, true), pending_restart: pendingRestarts(place, waiting) };
}

/** @throws PgdbaError `state_unusable` */
export async function auditRefusal(
  changeSet: ChangeSet,
  { force }: PlanWish,
  { server }: Sight,
  { home, runId, command, clock }: ChangeSurroundings,
): Promise<void> {
  const facts = { operation: 'apply', outcome: 'refused', runId, command, changeSet } as const;
  await appendAudit(home, { ...facts, role: server.facts.role, forced: force }, clock);
}
