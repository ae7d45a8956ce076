import { PgdbaError } from '../../core/errors.js';
import type { DcsConfig } from '../../patroni/answers.js';
import type { Told } from '../../patroni/client.js';
import type { PendingRestart } from '../changeset/applyData.js';
import type { ChangeSet } from '../changeset/changeSet.js';
import type { DcsChange, DcsKey, ProvenMember } from '../changeset/dcsChange.js';
import { errorOfFailed } from '../changeset/executeError.js';
import { afterFailure, type Operation } from '../changeset/executeOutcome.js';
import type { Journal } from '../changeset/journal.js';
import { auditor, recordFailure, type ChangeAnswer } from '../changeset/pipelineCarryOut.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { DcsHeld } from './dcsHeld.js';
import { executeDcs, unproven, unprovenWords, type DcsExecution } from './executeDcs.js';
import { wantedValues } from './memberVerdict.js';
import type { PatroniReach } from './patroniReach.js';

/** One operation on a changeset that is on disk, planned to the last key. */
export interface DcsUndertaking {
  readonly operation: Operation;
  /** As it stands on disk. */
  readonly changeSet: ChangeSet;
  readonly dcs: DcsChange;
  /** From what the DCS has to what it shall have, in the order of the parameters. */
  readonly keys: readonly DcsKey[];
  readonly sends: boolean;
  readonly seen: Told<DcsConfig> | null;
  readonly isForetold: (member: string, parameter: string) => boolean;
  readonly keepsUnproven: (member: ProvenMember) => boolean;
  readonly journal: Journal;
  readonly wasClosed: boolean;
  readonly forced: boolean;
  /** The changeset when all went well. */
  readonly done: () => ChangeSet;
}

/**
 * Carries an operation out through the DCS and writes down what became of it. Never throws for what Patroni, servers,
 * network or disk say.
 * @returns the changeset as it is now, with each member's truth in `dcs.members`, and what waits for a restart on which
 */
export async function carryOutDcs(
  undertaking: DcsUndertaking,
  held: DcsHeld,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  const { changeSet, journal, dcs, keys } = undertaking;
  const { role } = held.look.best.server.facts;
  const audit = auditor(undertaking, role, around);
  let saved = changeSet;
  const execution = await executeDcs(
    {
      ...undertaking,
      lock: held.lock,
      members: dcs.members,
      wanted: wantedValues(changeSet.parameters, keys, 'after'),
      wantedBack: wantedValues(changeSet.parameters, keys, 'before'),
      begin: async () => {
        await journal.append({ step: 'begin', phase: 'intent', note: around.command });
        await audit('started', changeSet);
      },
      record: async (members) => {
        saved = withMembers(undertaking.done(), members);
        await audit(saved.status, saved);
        await held.store.save(saved);
        await journal.append({ step: 'end', phase: saved.confirm_until === null ? 'done' : 'intent' });
      },
    },
    around,
    patroni,
  );
  if (execution.kind !== 'done') return failed(undertaking, execution, { store: held.store, role }, around);
  const pending_restart = pendingOnMembers(execution.members, keys);
  const data = {
    dry_run: false,
    changed: undertaking.sends,
    changeset: saved,
    observation: null,
    restart: null,
    pending_restart,
  };
  return { data, error: partial(undertaking, execution.members, around) };
}

/** A change that stays although a member did not prove it is told as one. */
function partial(
  { operation, changeSet }: DcsUndertaking,
  members: readonly ProvenMember[],
  around: ChangeSurroundings,
): PgdbaError | null {
  const failing = unproven(members);
  if (failing.length === 0) return null;
  const isAway = ({ parameters }: ProvenMember): boolean =>
    parameters.every(({ outcome }) => outcome === 'unreachable');
  if (operation === 'rollback' && failing.every(isAway)) {
    const names = failing.map(({ name }) => name).join(', ');
    around.warn(
      'member_unproven',
      `${names} could not be asked: the DCS is as it was, and members follow it when they are back`,
    );
    return null;
  }
  const became =
    operation === 'rollback' ? 'the DCS is as it was' : 'the change stays, as --keep-partial says';
  return new PgdbaError('partly_applied', `${unprovenWords(failing)}; ${became}`, {
    hint: `data.changeset.dcs.members tells each member; pgdba config rollback --changeset-id ${changeSet.id} takes back what is there.`,
    details: { members: failing.map(({ name }) => name) },
  });
}

async function failed(
  undertaking: DcsUndertaking,
  execution: Exclude<DcsExecution, { kind: 'done' }>,
  at: Parameters<typeof recordFailure>[3],
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const { changeSet, operation } = undertaking;
  const after = withMembers(afterFailure(changeSet, operation, execution), execution.members);
  await recordFailure(after, execution.kind, undertaking, at, around);
  const changed = execution.kind === 'stuck';
  const data = {
    dry_run: false,
    changed,
    changeset: after,
    observation: null,
    restart: null,
    pending_restart: [],
  };
  return { data, error: errorOfFailed(changeSet.id, execution) };
}

function withMembers(changeSet: ChangeSet, members: readonly ProvenMember[]): ChangeSet {
  return changeSet.dcs === undefined
    ? changeSet
    : { ...changeSet, dcs: { ...changeSet.dcs, members: [...members] } };
}

/** What a restart of each member would bring. */
export function pendingOnMembers(
  members: readonly ProvenMember[],
  keys: readonly DcsKey[],
): PendingRestart[] {
  return members.flatMap(({ name: member, parameters }) =>
    parameters.flatMap(({ name, value, outcome }, i): PendingRestart[] => {
      if (outcome !== 'pending_restart') return [];
      const after = keys[i]?.after ?? null;
      return [
        {
          member,
          name,
          current: value,
          pending: after === null ? null : String(after),
          next_step: 'pgdba patroni restart',
          rescue: null,
        },
      ];
    }),
  );
}
