import { maskSetting } from '../core/mask.js';
import type { Setting } from '../core/setting/spec.js';
import { parseSetting } from '../core/setting/value.js';
import type { Level } from './configData.js';
import { dcsProblem, type DcsParameter } from './dcsParameters.js';
import { isSame, originOf, patronisEntry, type MemberConfiguration, type Origin } from './levels.js';

/** Why a value of the DCS is not in force on a member that has the parameter, and which level wins there instead. */
export interface NotInForce extends Origin {
  readonly reason: string;
}

/** What is to be said of a level that beats the DCS, or of a value that has not come through. */
const BECAUSE_OF: Readonly<Record<Exclude<Level, 'command_line'>, string>> = {
  auto_conf:
    'ALTER SYSTEM was used on this member: its postgresql.auto.conf beats the DCS here, and here alone',
  local_yaml: 'postgresql.parameters of this member’s own Patroni file has it too, and beats the DCS here',
  database_role: 'ALTER DATABASE or ALTER ROLE … SET beats it for sessions like this one',
  dcs: 'Patroni’s file has it, and the server has not taken it up yet',
  patroni: 'Patroni sets it itself',
  include: 'Patroni has not written it into its file: it does not take the value, or has not come to it yet',
  environment:
    'Patroni has not written it into its file: it does not take the value, or has not come to it yet',
  default: 'Patroni has not written it into its file: it does not take the value, or has not come to it yet',
};

/**
 * Why the DCS's value is not in force on a member; null where it is.
 * @param all every parameter of the DCS
 */
export function notInForce(
  setting: Setting,
  dcs: DcsParameter,
  all: readonly DcsParameter[],
  member: MemberConfiguration,
): NotInForce | null {
  const { text } = dcs;
  if (text !== null && isSame(setting, text, setting.setting)) return null;
  const origin = originOf(setting, text, member);
  return { ...origin, reason: problemOf(setting, dcs, all) ?? reasonOf(setting, text, origin, member) };
}

/** What is wrong with the value itself: it could not come into force whatever the levels are. */
function problemOf(setting: Setting, dcs: DcsParameter, all: readonly DcsParameter[]): string | null {
  const problem = dcsProblem(dcs, all);
  if (problem !== null || dcs.text === null) return problem;
  const parsed = parseSetting(setting, dcs.text);
  if (parsed.ok) return null;
  const said = maskSetting(setting.name, parsed.message);
  return `PostgreSQL would refuse it: ${said}; Patroni drops such a value, or puts the limit in its place`;
}

function reasonOf(
  setting: Setting,
  text: string | null,
  { level, why }: Origin,
  member: MemberConfiguration,
): string {
  if (level === 'command_line') return onCommandLine(setting, text, member);
  if (level === null) return why ?? 'where the value in force comes from cannot be told';
  if (level === 'dcs' && setting.context === 'postmaster') {
    return 'Patroni’s file has it, and it waits for a restart of this member';
  }
  return BECAUSE_OF[level];
}

/** What the next postmaster gets stands in Patroni's file, too. */
function onCommandLine(setting: Setting, dcs: string | null, member: MemberConfiguration): string {
  const entry = patronisEntry(setting.name, dcs, member);
  if (entry === null || entry === 'unknown' || entry.text === null) {
    return 'Patroni gives it to the postmaster on its command line: it waits for a restart, or Patroni does not take it';
  }
  if (entry.level === 'dcs') {
    return 'Patroni gives it to the postmaster on its command line: it waits for a restart of this member';
  }
  const value = maskSetting(setting.name, entry.text);
  return `Patroni does not take it (too small for it, or a word that it does not allow) and has put “${value}” in its place`;
}
