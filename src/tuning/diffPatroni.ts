import { PgdbaError } from '../core/errors.js';
import { maskSetting } from '../core/mask.js';
import { displaySetting, parseSetting } from '../core/setting/value.js';
import type { Setting } from '../core/setting/spec.js';
import { isConfiguration, type ConfiguredMember } from '../patroni/config.js';
import { dcsParameters, type DcsParameter } from '../patroni/dcsParameters.js';
import type { DcsSight } from '../patroni/dcsSight.js';
import type { MemberConfiguration } from '../patroni/levels.js';
import { notInForce } from '../patroni/notInForce.js';
import { answer, NOTHING_SAID, type Compared, type Met } from './diffAnswer.js';
import { DIFFERENT_BY_NATURE } from './diffByNature.js';
import { compareServers } from './diffCluster.js';
import type { Difference } from './diffData.js';
import { notHere, overrideRow, rowOf, type Comparison } from './diffSettings.js';

/** A member whose configuration was read. */
interface ReadMember {
  readonly name: string;
  readonly configuration: MemberConfiguration;
}

/** What config diff answers about the DCS: which of its values are not in force on this server, and why. */
export function againstDcs(here: Met, { told }: DcsSight): Compared {
  const all = dcsParameters(told.value);
  const { configuration } = here;
  const known = all.flatMap((dcs) => {
    const setting = configuration.settings.get(dcs.name.toLowerCase());
    return setting === undefined ? [] : [{ dcs, setting }];
  });
  const unknown = all.filter(({ name }) => !configuration.settings.has(name.toLowerCase()));
  const comparison = {
    differences: known.flatMap(({ dcs, setting }) => differenceFrom(here, setting, dcs, all) ?? []),
    unknown: unknown.map(({ name }) => notHere(configuration, name)),
    invalid: [],
    compared: known.length,
  };
  return answer({ ...NOTHING_SAID, kind: 'dcs', name: told.url }, comparison, []);
}

function differenceFrom(
  here: Met,
  setting: Setting,
  dcs: DcsParameter,
  all: readonly DcsParameter[],
): Difference | null {
  const found = notInForce(setting, dcs, all, here.configuration);
  if (found === null) return null;
  const text = dcs.text ?? '';
  const parsed = parseSetting(setting, text);
  return rowOf(here, setting, {
    other: maskSetting(setting.name, parsed.ok ? displaySetting(setting, parsed.setting) : text),
    ...{ recommended: null, confidence: null, source: 'dcs', line: null, evidence: null },
    rationale: 'the DCS has it, and the server has not',
    override: overrideRow(here, setting.name),
    reason: found.reason,
  });
}

/**
 * What config diff answers about one member; where this server is that member itself, about the leader.
 * @param own which member this server is; null where that cannot be told
 * @param all whether also what differs between members by nature is compared
 * @throws PgdbaError `usage` when the cluster has no such member, or it is the leader and this server; why the member
 * could not be read
 */
export function againstMember(
  here: Met,
  own: string | null,
  name: string,
  sight: DcsSight,
  all: boolean,
): Compared {
  const there = readMember(own === name ? leaderBeside(name, sight) : memberNamed(name, sight));
  const leftOut = all ? new Set<string>() : leftOutOf(here, sight);
  const version = there.configuration.settings.get('server_version_num')?.setting ?? null;
  const against = {
    ...{ ...NOTHING_SAID, kind: 'member' as const, name: there.name },
    server_version_num: version === null ? null : Number(version),
  };
  return answer(against, compareWith(here, there, leftOut), [...leftOut]);
}

/**
 * What config diff answers about all other members: one row for each parameter and member that has another value than
 * this server. Members that could not be read are left out, unless none could.
 * @param own which member this server is; null where that cannot be told
 * @throws PgdbaError why no other member could be read
 */
export function againstMembers(here: Met, own: string | null, sight: DcsSight, all: boolean): Compared {
  const others = sight.members.filter(({ listed }) => listed.name !== own);
  const read = others.filter(({ configuration }) => isConfiguration(configuration)).map(readMember);
  if (read.length === 0) others.forEach(readMember);
  const leftOut = all ? new Set<string>() : leftOutOf(here, sight);
  const comparisons = read.map((there) => compareWith(here, there, leftOut));
  const comparison = {
    differences: comparisons.flatMap(({ differences }) => differences).sort(byParameter),
    unknown: comparisons.flatMap(({ unknown }) => unknown),
    invalid: [],
    compared: Math.max(0, ...comparisons.map(({ compared }) => compared)),
  };
  const name = read.map((there) => there.name).join(', ');
  return answer({ ...NOTHING_SAID, kind: 'members', name }, comparison, [...leftOut]);
}

function compareWith(
  here: Met,
  { name, configuration }: ReadMember,
  leftOut: ReadonlySet<string>,
): Comparison {
  const { differences, unknown, ...rest } = compareServers(here, configuration, leftOut);
  return {
    ...rest,
    differences: differences.map((row) => ({ ...row, member: name })),
    unknown: unknown.map((row) => ({ ...row, message: `against ${name}: ${row.message}` })),
  };
}

/** Rows stay in the order of the members within a parameter. */
function byParameter(a: Difference, b: Difference): number {
  if (a.parameter === b.parameter) return 0;
  return a.parameter < b.parameter ? -1 : 1;
}

/** With synchronous_mode Patroni writes the names of the synchronous standbys on the leader alone. */
function leftOutOf({ configuration }: Met, { told }: DcsSight): ReadonlySet<string> {
  const { synchronous_mode: mode } = told.value;
  const isSynchronous = mode !== undefined && mode !== null && mode !== false && mode !== 'off';
  const names = [...DIFFERENT_BY_NATURE, ...(isSynchronous ? ['synchronous_standby_names'] : [])];
  return new Set(names.filter((name) => configuration.settings.has(name)));
}

function memberNamed(name: string, { members }: DcsSight): ConfiguredMember {
  const found = members.find(({ listed }) => listed.name === name);
  if (found !== undefined) return found;
  const names = members.map(({ listed }) => listed.name).join(', ');
  throw new PgdbaError('usage', `the cluster has no member "${name}"`, { hint: `Its members are ${names}.` });
}

function leaderBeside(name: string, { members }: DcsSight): ConfiguredMember {
  const leader = members.find(({ listed: { role } }) => role === 'leader' || role === 'standby_leader');
  if (leader !== undefined && leader.listed.name !== name) return leader;
  throw new PgdbaError('usage', `this server is the member "${name}" itself, and leads`, {
    hint: 'Compare with another member, or with all: --against members.',
  });
}

/** @throws PgdbaError why it could not be read */
function readMember({ listed: { name }, configuration }: ConfiguredMember): ReadMember {
  if (isConfiguration(configuration)) return { name, configuration };
  throw configuration ?? new PgdbaError('connection_failed', `${name} was not asked over SQL`);
}
