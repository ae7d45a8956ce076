import { maskSecrets, maskSetting } from '../core/mask.js';
import type { PgdbaError } from '../core/errors.js';
import type { Setting } from '../core/setting/spec.js';
import { displaySetting, parseSetting } from '../core/setting/value.js';
import type { ClusterMember, ClusterView, DcsConfig, NodeStatus } from './answers.js';
import type { Told } from './client.js';
import type { ConfigParameter, MemberValue, PatroniConfigData } from './configData.js';
import { dcsParameters, dcsProblem, maskedConfig, type DcsParameter } from './dcsParameters.js';
import { isSame, originOf, type MemberConfiguration } from './levels.js';

/** A member, and what was found out about its configuration. */
export interface ConfiguredMember {
  readonly listed: ClusterMember;
  /** What it says of itself; null when it did not answer. */
  readonly own: NodeStatus | null;
  /** Null when SQL was not asked; the error when it did not answer. */
  readonly configuration: MemberConfiguration | PgdbaError | null;
}

/** Levels that nobody asks about unless the DCS has the parameter. */
const UNREMARKABLE = new Set(['default', 'include', 'patroni', 'environment', 'database_role', null]);

/** The configuration of a cluster and, for each parameter, which level wins on which member; secrets masked. */
export function clusterConfig(
  { url, value: config }: Told<DcsConfig>,
  view: ClusterView,
  members: readonly ConfiguredMember[],
): PatroniConfigData {
  const inDcs = dcsParameters(config);
  return {
    scope: scopeOf({ view, members }),
    told_by: url,
    config: maskedConfig(config),
    members: members.map(memberRow),
    parameters: [
      ...inDcs.map((parameter) => parameterRow(parameter.name, parameter, inDcs, members)),
      ...namesElsewhere(inDcs, members)
        .map((name) => parameterRow(name, null, inDcs, members))
        .filter((row) =>
          row.members.some(({ level, auto_conf }) => !UNREMARKABLE.has(level) || auto_conf !== null),
        ),
    ],
  };
}

interface Listed {
  readonly view: ClusterView;
  readonly members: readonly ConfiguredMember[];
}

/** Name of the cluster: Patroni 3 tells it only of each member. */
export function scopeOf({ view, members }: Listed): string | null {
  return view.scope ?? members.find(({ own }) => own !== null)?.own?.patroni.scope ?? null;
}

/** The row of a member: whether it was asked, and what came of it. */
export function memberRow({ listed, configuration }: ConfiguredMember): PatroniConfigData['members'][number] {
  const { name, role, host = null, port = null } = listed;
  const asked = { name, role, host, port };
  if (configuration === null) return { ...asked, reachable: null, error: null };
  if (!isConfiguration(configuration)) {
    const { code, message } = configuration;
    return { ...asked, reachable: false, error: { code, message: maskSecrets(message) } };
  }
  return { ...asked, reachable: true, error: null };
}

/** Whether the member was asked over SQL, and answered. */
export function isConfiguration(one: ConfiguredMember['configuration']): one is MemberConfiguration {
  return one !== null && 'settings' in one;
}

/** Parameters that some member has set somewhere and the DCS has not, in the order of their names. */
function namesElsewhere(inDcs: readonly DcsParameter[], members: readonly ConfiguredMember[]): string[] {
  const known = new Set(inDcs.map(({ name }) => name.toLowerCase()));
  const names = new Set<string>();
  for (const { configuration } of members) {
    if (!isConfiguration(configuration)) continue;
    for (const [key, { name, source }] of configuration.settings) {
      if (source !== 'default' && !known.has(key)) names.add(name);
    }
  }
  return [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

function parameterRow(
  name: string,
  dcs: DcsParameter | null,
  all: readonly DcsParameter[],
  members: readonly ConfiguredMember[],
): ConfigParameter {
  const values = members.map((member) => memberValue(name, dcs, member));
  const known = values.flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    name,
    in_dcs: dcs !== null,
    dcs_value: dcs?.text == null ? null : maskSetting(name, dcs.text),
    dcs_problem: dcs === null ? null : (dcsProblem(dcs, all) ?? problemThere(dcs, members)),
    differs: known.length < 2 ? null : new Set(known).size > 1,
    members: values,
  };
}

/** What a member's PostgreSQL would say to the DCS's value. */
function problemThere({ name, text }: DcsParameter, members: readonly ConfiguredMember[]): string | null {
  for (const { configuration } of members) {
    if (!isConfiguration(configuration)) continue;
    const setting = configuration.settings.get(name.toLowerCase());
    if (setting === undefined) {
      if (configuration.complete && !name.includes('.')) return 'PostgreSQL has no parameter of that name';
      continue;
    }
    const parsed = parseSetting(setting, text ?? '');
    if (!parsed.ok) return maskSetting(name, parsed.message);
  }
  return null;
}

function memberValue(name: string, dcs: DcsParameter | null, member: ConfiguredMember): MemberValue {
  const nothing = { value: null, level: null, matches_dcs: null, auto_conf: null, pending_restart: null };
  const { configuration, listed } = member;
  if (configuration === null) {
    return {
      member: listed.name,
      ...nothing,
      reason: 'no connection to PostgreSQL was given (--dsn, --name)',
    };
  }
  if (!isConfiguration(configuration)) {
    return { member: listed.name, ...nothing, reason: maskSecrets(configuration.message) };
  }
  const setting = configuration.settings.get(name.toLowerCase());
  if (setting === undefined) {
    const reason = configuration.complete ? 'the server has no such parameter' : 'the role may not see it';
    return { member: listed.name, ...nothing, reason };
  }
  const { level, why } = originOf(setting, dcs?.text ?? null, configuration);
  const matches = dcs?.text == null ? null : isSame(setting, dcs.text, setting.setting);
  return {
    member: listed.name,
    value: maskSetting(name, displaySetting(setting, setting.setting)),
    level,
    matches_dcs: matches,
    auto_conf: autoConfEntry(name, configuration),
    pending_restart: pendingRestart(setting, matches, member),
    reason: why,
  };
}

function autoConfEntry(name: string, { fileEntries }: MemberConfiguration): string | null {
  const key = name.toLowerCase();
  const entry = fileEntries?.findLast(
    (one) => one.name?.toLowerCase() === key && one.sourcefile.endsWith('/postgresql.auto.conf'),
  );
  return entry?.setting == null ? null : maskSetting(name, entry.setting);
}

/**
 * Patroni 4 names the parameters that a restart would change. Patroni 3 only says that there are some: then it is each
 * parameter that needs a restart and is not what the DCS wants. PostgreSQL's own flag does not know what Patroni will
 * put on the command line, and is set for entries there that never take effect.
 */
function pendingRestart(
  setting: Setting,
  matches: boolean | null,
  { own, listed }: ConfiguredMember,
): boolean | null {
  if (setting.context !== 'postmaster') return false;
  const told = own ?? listed;
  const names = Object.keys(told.pending_restart_reason ?? {}).map((name) => name.toLowerCase());
  if (names.includes(setting.name.toLowerCase())) return true;
  if (setting.source !== 'command line' && setting.pending_restart) return true;
  if (told.pending_restart !== true) return false;
  return names.length === 0 && matches === null ? null : names.length === 0 && matches === false;
}
