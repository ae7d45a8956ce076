import { maskSetting } from '../../core/mask.js';
import { PgdbaError } from '../../core/errors.js';
import { displaySetting } from '../../core/setting/value.js';
import { isSame } from '../../patroni/levels.js';
import { DCS_ONLY } from '../../patroni/ownParameters.js';
import { catalogueOf } from '../catalogue/catalogue.js';
import {
  CHANGESET_VERSION,
  type ChangeParameter,
  type ChangeSet,
  type Request,
} from '../changeset/changeSet.js';
import type { DcsKey, DcsValue } from '../changeset/dcsChange.js';
import type { GuardFinding } from '../changeset/guards/guard.js';
import type { Plan, PlanOptions } from '../changeset/plan.js';
import { settled } from '../changeset/planChange.js';
import { staleness } from '../changeset/stale.js';
import { requireTarget } from '../changeset/target.js';
import { masksOf } from '../masks.js';
import type { ClusterLook, MemberLook, MetMember } from './clusterLook.js';
import { spellingsIn, valueIn } from './dcsKeys.js';
import { dcsValueOf, textOfDcs } from './dcsValue.js';
import { judgeMembers } from './judgeMember.js';
import { lint } from './lint.js';
import type { DcsPlanned } from './lintRule.js';

export interface DcsPlanOptions extends Omit<PlanOptions, 'via' | 'ramBytes' | 'dcs'> {
  readonly ramBytes: (server: MetMember['server']) => Promise<number | null>;
  /** Whether members that cannot be asked are no obstacle. */
  readonly keepPartial: boolean;
}

/** The last major of PostgreSQL whose parameters stand in the table of Patroni 3.0. */
const KNOWN_TO_PATRONI_3 = 15;

/**
 * Thinks a change through the DCS to the end, on every member, and sends nothing: what would be sent, and every reason
 * against it as a finding. It is for the whole cluster, so that a plan made on any of its nodes is as good.
 * @param look whose sessions are open
 * @throws PgdbaError `fingerprint_mismatch`; what a server or the network said
 */
export async function planDcsChange(
  look: ClusterLook,
  request: Request,
  options: DcsPlanOptions,
): Promise<Plan> {
  const { best, told, view } = look;
  await requireTarget(best.server, { ...request, node: null });
  const changes = request.changes.map(({ name, new_value }) => plannedKey(name, new_value, look));
  const findings = [
    ...lint({
      config: told.value,
      members: look.members,
      changes,
      isPaused: view.pause === true,
      knownToPatroni3: new Set((await catalogueOf(KNOWN_TO_PATRONI_3)).keys()),
    }),
    ...(await judgeMembers(look, { request: withoutOld(request), ramBytes: options.ramBytes })),
    ...staleOnes(request, look),
  ];
  const changeSet: ChangeSet = {
    schema: CHANGESET_VERSION,
    id: request.id ?? options.newId(),
    fingerprint: look.identity.fingerprint,
    node: null,
    status: 'planned',
    via: 'patroni',
    forced: options.force,
    ...parametersOf(changes, look),
    dcs: {
      scope: view.scope ?? scopeOf(look.members),
      told_by: told.url,
      keys: changes.map(({ name, dcs }) => masked(name, dcs)),
      members: look.members.map(memberOf),
    },
    pre_snapshot: null,
    created_at: options.now.toISOString(),
    applied_at: null,
    rolled_back_at: null,
    confirm_until: null,
  };
  return { changeSet, findings: findings.map((finding) => decided(finding, options)) };
}

function decided(finding: GuardFinding, { force, keepPartial }: DcsPlanOptions): Plan['findings'][number] {
  return settled(finding, finding.code === 'member_unreachable' ? keepPartial : force);
}

function withoutOld(request: Request): Request {
  return { ...request, changes: request.changes.map(({ name, new_value }) => ({ name, new_value })) };
}

/** A plan tells the value in force on one member; lines of postgresql.auto.conf are none of its business. */
function staleOnes({ changes }: Request, { best }: ClusterLook): GuardFinding[] {
  return changes.flatMap(({ name, new_value, old_value }) => {
    const key = name.toLowerCase();
    const spec = best.configuration.settings.get(key) ?? null;
    const requested = { name, new_value, ...(old_value === undefined ? {} : { old_value }) };
    const change = {
      name,
      key,
      spec,
      newValue: new_value,
      oldLine: null,
      override: 'not_managed',
      overriddenBy: null,
      masks: [],
    } as const;
    return staleness(requested, change, { major: best.server.facts.major, linesAreKnown: false });
  });
}

function plannedKey(asked: string, newValue: string | null, look: ClusterLook): DcsPlanned {
  const config = look.told.value;
  const key = asked.toLowerCase();
  const spec = look.best.configuration.settings.get(key) ?? null;
  const name = spec?.name ?? asked;
  const [spelling = name] = spellingsIn(config, name);
  const before = plain(valueIn(config, spelling));
  const after = newValue === null ? null : dcsValueOf(spec, newValue);
  const planned = { name, key, spec, newValue, dcs: { name: spelling, before, after } };
  return isThere(planned, look) ? { ...planned, dcs: { ...planned.dcs, after: before } } : planned;
}

function plain(value: unknown): DcsValue {
  return textOfDcs(value) === null ? null : (value as DcsValue);
}

/** Whether the DCS says the same in other words, and every member has it: then nothing need be sent. */
function isThere({ key, spec, dcs }: DcsPlanned, { members }: ClusterLook): boolean {
  const [before, after] = [textOfDcs(dcs.before), textOfDcs(dcs.after)];
  if (spec === null || before === null || after === null || !isSame(spec, before, after)) return false;
  return members.every(({ met }) => {
    const setting = met instanceof PgdbaError ? undefined : met.configuration.settings.get(key);
    return setting !== undefined && isSame(setting, after, setting.setting);
  });
}

function parametersOf(
  changes: readonly DcsPlanned[],
  look: ClusterLook,
): Pick<ChangeSet, 'parameters' | 'dry_run_result'> {
  const ways = changes.map((change) => ({ change, effect: effectOf(change, look) }));
  const would = ways.map(({ change: { name, dcs }, effect }) => ({
    name,
    action: dcs.before === dcs.after ? 'none' : dcs.after === null ? 'reset' : 'set',
    sql: null,
    effect,
  })) satisfies NonNullable<ChangeSet['dry_run_result']>['parameters'];
  return {
    parameters: ways.map(({ change, effect }) => parameterOf(change, effect === 'restart', look.best)),
    dry_run_result: {
      parameters: would,
      would_reload: would.some(({ action }) => action !== 'none'),
      would_restart: would.some(({ effect }) => effect === 'restart'),
    },
  };
}

type Effect = NonNullable<ChangeSet['dry_run_result']>['parameters'][number]['effect'];

const NEW_SESSIONS = new Set(['backend', 'superuser-backend']);

function effectOf({ key, spec, dcs }: DcsPlanned, { members }: ClusterLook): Effect {
  const text = textOfDcs(dcs.after) ?? DCS_ONLY.get(key)?.fallback ?? null;
  const isInForce = members.every(({ met }) => {
    const setting = met instanceof PgdbaError ? undefined : met.configuration.settings.get(key);
    return setting !== undefined && isSame(setting, text ?? setting.boot_val ?? '', setting.setting);
  });
  if (isInForce) return 'none';
  if (spec?.context === 'postmaster') return 'restart';
  return NEW_SESSIONS.has(spec?.context ?? '') ? 'new_sessions' : 'reload';
}

function parameterOf(
  { name, key, spec, newValue, dcs }: DcsPlanned,
  needsRestart: boolean,
  best: MetMember,
): ChangeParameter {
  const shown = (text: string | null): string | null => (text === null ? null : maskSetting(name, text));
  return {
    name,
    old_value: shown(spec === null ? null : displaySetting(spec, spec.setting)),
    new_value: shown(newValue),
    old_line: null,
    context: spec?.context ?? null,
    needs_restart: needsRestart,
    permission: { allowed: true, reason: null, min_role: 'none', grant_sql: null },
    patroni_override: dcs.before !== null || DCS_ONLY.has(key) ? 'overridden' : 'not_set_but_ephemeral',
    masked_by: masksOf(best.configuration, name).filter(({ level }) => level !== 'command_line'),
    outcome: 'not_executed',
    error: null,
  };
}

/** A plan with a secret in it is refused, and shows it masked. */
function masked(name: string, key: DcsKey): DcsKey {
  const shown = (value: DcsValue): DcsValue => (typeof value === 'string' ? maskSetting(name, value) : value);
  return { name: key.name, before: shown(key.before), after: shown(key.after) };
}

function memberOf({ listed }: MemberLook): NonNullable<ChangeSet['dcs']>['members'][number] {
  const { name, role, host = null, port = null, api_url = null } = listed;
  return { name, role, host, port, api_url, restored: null, parameters: [] };
}

function scopeOf(members: readonly MemberLook[]): string | null {
  const said = members.flatMap(({ own }) => (own instanceof PgdbaError ? [] : [own.patroni.scope]));
  return said[0] ?? null;
}
