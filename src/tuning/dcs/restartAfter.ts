import { asError, PgdbaError } from '../../core/errors.js';
import { maskSecrets } from '../../core/mask.js';
import { DCS_ONLY } from '../../patroni/ownParameters.js';
import type { ChangeSet } from '../changeset/changeSet.js';
import type { DcsChange, DcsKey, ProvenMember, ProvenParameter } from '../changeset/dcsChange.js';
import type { Operation } from '../changeset/executeOutcome.js';
import type { ChangeAnswer } from '../changeset/pipelineCarryOut.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { ChangeSetStore } from '../changeset/store.js';
import { pendingOnMembers } from './carryOutDcs.js';
import { textOfDcs } from './dcsValue.js';
import { wantedValues } from './memberVerdict.js';
import type { PatroniReach } from './patroniReach.js';
import { proveMembers } from './proveMembers.js';

/** A server that has just started lets nobody in for a moment. */
const IN_FORCE_WITHIN_MS = 10_000;

/** A dry run, with the restart that would follow it. */
export async function withRestartPlan(
  answer: ChangeAnswer,
  keys: readonly DcsKey[],
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  if (answer.data.changeset?.dry_run_result?.would_restart !== true) return answer;
  const staged = keys.map(({ name, after }) => ({
    name,
    text: textOfDcs(after) ?? DCS_ONLY.get(name.toLowerCase())?.fallback ?? null,
  }));
  const { data, error } = await patroni.restart({ dryRun: true, awaited: [], staged });
  return { data: { ...answer.data, restart: data }, error };
}

/**
 * Restarts the members on which a change that went well waits for it, and has every member prove over SQL that the
 * values are in force. What the restart comes to does not touch the change: it stays, and the next restart goes on.
 * Never throws for what Patroni, servers or network say.
 * @returns the answer with `restart` and each member's truth as it is now; `restart_incomplete` when a value is not in force
 */
export async function restartAfter(
  operation: Operation,
  answer: ChangeAnswer,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  const { data } = answer;
  const { changeset } = data;
  const awaited = [...new Set(data.pending_restart.flatMap(({ member }) => member ?? []))];
  if (answer.error !== null || changeset?.dcs === undefined || awaited.length === 0) return answer;
  const done = await patroni.restart({ dryRun: false, awaited, staged: [] }).catch((error: unknown) => ({
    ...{ data: null, error: asOurs(error) },
  }));
  const keys = keysOf(operation, changeset.dcs);
  const members = await seenNow(
    { changeset, dcs: changeset.dcs, keys },
    done.error === null,
    around,
    patroni,
  );
  const now = { ...changeset, dcs: { ...changeset.dcs, members: [...members] } };
  await saved(now, around);
  return {
    data: {
      ...data,
      changeset: now,
      pending_restart: pendingOnMembers(members, keys),
      restart: done.data,
    },
    error: errorOf(done.error, members, operation, data.changed),
  };
}

function asOurs(thrown: unknown): PgdbaError {
  const error = asError(thrown);
  if (error instanceof PgdbaError) return error;
  throw error;
}

/** In the direction of the operation. */
function keysOf(operation: Operation, { keys }: DcsChange): readonly DcsKey[] {
  if (operation !== 'rollback') return keys;
  return keys.map(({ name, before, after }) => ({ name, before: after, after: before }));
}

interface Changed {
  readonly changeset: ChangeSet;
  readonly dcs: DcsChange;
  readonly keys: readonly DcsKey[];
}

/** After a restart that stopped one look is enough; a run that must stop looks no more. */
async function seenNow(
  { changeset, dcs, keys }: Changed,
  isComplete: boolean,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<readonly ProvenMember[]> {
  const { members } = dcs;
  if (around.stopped.aborted) return members;
  const wasMasked = (member: string, parameter: string): boolean =>
    members.some(
      ({ name, parameters }) =>
        name === member && parameters.some((one) => one.name === parameter && one.outcome === 'masked'),
    );
  const wish = {
    members,
    wanted: wantedValues(changeset.parameters, keys, 'after'),
    withinMs: isComplete ? IN_FORCE_WITHIN_MS : 0,
    isForetold: wasMasked,
    isEnough,
  };
  return proveMembers(wish, around, patroni).catch((error: unknown) => {
    if (around.stopped.aborted) return members;
    throw error;
  });
}

function isEnough({ outcome }: ProvenParameter): boolean {
  return outcome === 'in_force' || outcome === 'masked';
}

/** The change itself is on disk; that the proof could not be added to it is told. */
async function saved(changeset: ChangeSet, around: ChangeSurroundings): Promise<void> {
  try {
    await new ChangeSetStore(around.home, changeset.fingerprint ?? '').save(changeset);
  } catch (error) {
    const { message } = asOurs(error);
    around.warn('state_not_written', `what the restart brought could not be written down: ${message}`, {
      subject: changeset.id,
    });
  }
}

function errorOf(
  stopped: PgdbaError | null,
  members: readonly ProvenMember[],
  operation: Operation,
  changed: boolean,
): PgdbaError | null {
  const failing = members.filter(({ parameters }) => !parameters.every(isEnough));
  if (stopped === null && failing.length === 0) return null;
  // Nothing was changed and nothing restarted: then the reason alone is the answer.
  if (stopped !== null && stopped.exit !== 8 && !changed) return stopped;
  const names = failing.map(({ name }) => name);
  const words = stopped?.message ?? `the restart did not bring every value on ${names.join(', ')}`;
  const became = operation === 'rollback' ? 'the DCS is as it was' : 'the change stays in the DCS';
  return new PgdbaError('restart_incomplete', maskSecrets(`${words}; ${became}`), {
    hint: 'data.restart.steps and data.changeset.dcs.members tell each member; once the one that stopped it is well, pgdba patroni restart goes on.',
    details: { members: names },
    ...(stopped === null ? {} : { cause: stopped }),
  });
}
