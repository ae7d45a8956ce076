import { PgdbaError } from '../../core/errors.js';
import type { ChangeSet } from '../changeset/changeSet.js';
import type { DcsChange, DcsKey, DcsValue, ProvenMember } from '../changeset/dcsChange.js';
import { takeUpJournal } from '../changeset/executeJournal.js';
import { isClosed } from '../changeset/journal.js';
import type { ChangeAnswer } from '../changeset/pipelineCarryOut.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { finished, isThere, warnAlready, type FinishOptions } from '../changeset/finishing.js';
import type { Direction } from '../changeset/rollbackSteps.js';
import { ChangeSetStore } from '../changeset/store.js';
import { carryOutDcs, pendingOnMembers } from './carryOutDcs.js';
import { withClusterLook, type ClusterLook } from './clusterLook.js';
import { underDcsLocks, type DcsHeld } from './dcsHeld.js';
import { requireOurs, valueIn } from './dcsKeys.js';
import { foretoldMasks } from './foretoldMasks.js';
import { memberVerdict, wantedValues } from './memberVerdict.js';
import type { PatroniReach } from './patroniReach.js';
import { restartAfter, withRestartPlan } from './restartAfter.js';

/** What was stored of a changeset, and what is left to be done. */
interface Found {
  readonly changeSet: ChangeSet;
  readonly dcs: DcsChange;
  readonly closed: boolean;
  /** From what the DCS has now to what it shall have; null when nothing is left to be done. */
  readonly keys: readonly DcsKey[] | null;
}

/**
 * Brings the DCS back to what it was before a changeset, or to what the changeset is for, from what was stored of it and
 * from what the DCS itself holds now.
 * @throws PgdbaError `unknown_changeset`, `changed_since`; those of the locks, of connecting and of the REST API
 */
export async function finishDcs(
  direction: Direction,
  options: FinishOptions,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ChangeAnswer> {
  if (options.dryRun) {
    return withClusterLook(around, patroni, async (look) => {
      const store = new ChangeSetStore(around.home, look.identity.fingerprint);
      // Told from what the nodes remember: a dry run sends no PATCH, not even one that changes nothing.
      const found = await find(direction, options, store, look);
      if (found.keys === null) return already(direction, found, look, around);
      const answer = { data: dryRun(found, found.keys, look), error: null };
      return options.restart === true ? withRestartPlan(answer, found.keys, patroni) : answer;
    });
  }
  const reason = { changesetId: () => Promise.resolve(options.changesetId), waitMs: options.waitMs };
  const work = async (held: DcsHeld): Promise<ChangeAnswer> => {
    const found = await find(direction, options, held.store, held.look);
    if (found.keys === null) return already(direction, found, held.look, around);
    return carryOutFrom(direction, found, found.keys, options, { held, around, patroni });
  };
  const restart = (answer: ChangeAnswer): Promise<ChangeAnswer> =>
    restartAfter(direction, answer, around, patroni);
  return underDcsLocks(reason, around, patroni, work, options.restart === true ? restart : undefined);
}

async function find(
  direction: Direction,
  options: FinishOptions,
  store: ChangeSetStore,
  { told: { value: config } }: ClusterLook,
): Promise<Found> {
  const changeSet = await store.load(options.changesetId);
  const { dcs } = changeSet;
  if (dcs === undefined)
    throw new PgdbaError('state_unusable', `the changeset ${changeSet.id} has lost its keys`);
  const closed = await isClosed(store.journalPath(changeSet.id));
  if (closed && isThere(direction, changeSet)) return { changeSet, dcs, closed, keys: null };
  if (!options.force) requireOurs(config, dcs.keys);
  const keys = dcs.keys.map((key) => ({
    name: key.name,
    before: (valueIn(config, key.name) ?? null) as DcsValue,
    after: direction === 'rollback' ? key.before : key.after,
  }));
  return { changeSet, dcs, closed, keys };
}

/** Nothing is left to do, which is no error: what waits for a restart is told as it is now. */
function already(
  direction: Direction,
  { changeSet, dcs }: Found,
  look: ClusterLook,
  around: ChangeSurroundings,
): ChangeAnswer {
  warnAlready(direction, changeSet, around);
  const side = direction === 'rollback' ? 'before' : 'after';
  const keys = dcs.keys.map((key) => ({ ...key, after: key[side] }));
  const wanted = wantedValues(changeSet.parameters, keys, 'after');
  const pending_restart = pendingOnMembers(seenNow(dcs, wanted, look), keys);
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

/** What the members of the look prove now. */
function seenNow(
  { members }: DcsChange,
  wanted: ReturnType<typeof wantedValues>,
  look: ClusterLook,
): ProvenMember[] {
  return members.map((member) => {
    const seen = look.members.find(({ listed }) => listed.name === member.name);
    if (seen === undefined) return member;
    const own = seen.own instanceof PgdbaError ? null : seen.own;
    const configuration = seen.met instanceof PgdbaError ? seen.met : seen.met.configuration;
    return { ...member, parameters: wanted.map((one) => memberVerdict(one, { own, configuration })) };
  });
}

function dryRun({ changeSet }: Found, keys: readonly DcsKey[], look: ClusterLook): ChangeAnswer['data'] {
  const parameters = changeSet.parameters.map(({ name, context }, i) => {
    const key = keys[i];
    const isSame = key === undefined || key.before === key.after;
    const setting = look.best.configuration.settings.get(name.toLowerCase());
    const effect = isSame ? 'none' : (setting?.context ?? context) === 'postmaster' ? 'restart' : 'reload';
    return {
      name,
      action: isSame ? 'none' : key.after === null ? 'reset' : 'set',
      sql: null,
      effect,
    } as const;
  });
  const dry_run_result = {
    parameters,
    would_reload: parameters.some(({ action }) => action !== 'none'),
    would_restart: parameters.some(({ effect }) => effect === 'restart'),
  };
  return {
    ...{ dry_run: true, changed: false, observation: null, restart: null, pending_restart: [] },
    changeset: { ...changeSet, dry_run_result },
  };
}

interface Around {
  readonly held: DcsHeld;
  readonly around: ChangeSurroundings;
  readonly patroni: PatroniReach;
}

async function carryOutFrom(
  direction: Direction,
  { changeSet, dcs, closed }: Found,
  keys: readonly DcsKey[],
  options: FinishOptions,
  { held, around, patroni }: Around,
): Promise<ChangeAnswer> {
  const { clock } = around;
  const { fingerprint } = held.identity;
  const path = held.store.journalPath(changeSet.id);
  const journal = await takeUpJournal(path, { id: changeSet.id, fingerprint }, clock);
  const wasSent = journal.entries.some(({ step }) => step === 'patch');
  const taken = new Set(wasSent ? changeSet.parameters.map(({ name }) => name) : []);
  const present = { ...dcs, members: membersNow(dcs, held.look) };
  try {
    return await carryOutDcs(
      {
        ...{
          operation: direction,
          changeSet,
          dcs: present,
          journal,
          wasClosed: closed,
          forced: options.force,
        },
        keys,
        sends: keys.some(({ before, after }) => before !== after),
        seen: held.look.told,
        isForetold: foretoldMasks(held.look, { ...dcs, keys: [...keys] }),
        keepsUnproven: () => direction === 'rollback' || patroni.keepPartial,
        done: () => finished(direction, changeSet, { taken, force: options.force, now: clock.now() }),
      },
      held,
      around,
      patroni,
    );
  } finally {
    await journal.close();
  }
}

/** The members that there are now: some may have come or gone, and roles may have changed. */
function membersNow({ members }: DcsChange, { view }: ClusterLook): ProvenMember[] {
  return view.members.map(({ name, role, host = null, port = null, api_url = null }) => {
    const known = members.find((one) => one.name === name);
    return { name, role, host, port, api_url, restored: null, parameters: known?.parameters ?? [] };
  });
}
