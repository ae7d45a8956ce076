import { PgdbaError } from '../../core/errors.js';
import { maskSecrets } from '../../core/mask.js';
import { isSame, originOf } from '../../patroni/levels.js';
import { DCS_ONLY } from '../../patroni/ownParameters.js';
import { autoConfOf } from '../configuration.js';
import type { GuardFinding } from '../changeset/guards/guard.js';
import type { MemberLook, MetMember } from './clusterLook.js';
import { spellingsIn } from './dcsKeys.js';
import { textOfDcs } from './dcsValue.js';
import type { DcsPlanned, LintContext, LintRule } from './lintRule.js';

/** Majors of Patroni on the members that told theirs. */
export function patroniMajors(members: readonly MemberLook[]): number[] {
  return members.flatMap(({ own }) =>
    own instanceof PgdbaError ? [] : [Number.parseInt(own.patroni.version, 10)],
  );
}

/** Why a member would not follow the DCS in a parameter; null when it would. */
export function maskAt(
  { key, dcs }: Pick<DcsPlanned, 'key' | 'dcs'>,
  { configuration }: MetMember,
): string | null {
  // The command line is Patroni's own way to bring these into force.
  if (DCS_ONLY.has(key)) return null;
  if (autoConfOf(configuration)?.has(key) === true) return 'its postgresql.auto.conf (ALTER SYSTEM)';
  const setting = configuration.settings.get(key);
  if (setting === undefined) return null;
  const text = textOfDcs(dcs.before);
  // A file that Patroni has not had to write again may still hold a value that was staged and taken back.
  if (text !== null && isSame(setting, text, setting.setting)) return null;
  const { level } = originOf(setting, text, configuration);
  if (level === 'auto_conf') return 'its postgresql.auto.conf (ALTER SYSTEM)';
  return level === 'local_yaml' ? 'its own Patroni file' : null;
}

const REMEDY: Readonly<Record<string, string>> = {
  'its own Patroni file': 'Take it out of the member’s own Patroni file, and reload that.',
  'its postgresql.auto.conf (ALTER SYSTEM)': 'ALTER SYSTEM RESET it on that member first.',
};

function masked({ changes, members, config }: LintContext): GuardFinding[] {
  // Of two spellings nobody knows which one the members have; that is told by itself.
  const clear = changes.filter(({ name }) => spellingsIn(config, name).length < 2);
  return clear.flatMap((change) =>
    members.flatMap(({ listed, met }): GuardFinding[] => {
      const mask = met instanceof PgdbaError ? null : maskAt(change, met);
      if (mask === null) return [];
      return [
        {
          severity: 'unless_forced',
          code: 'parameter_overridden',
          parameter: change.name,
          message: `${change.name}: on ${listed.name} ${mask} beats the DCS, and it would keep its value`,
          hint: `${REMEDY[mask] ?? ''} --force changes the other members all the same.`,
        },
      ];
    }),
  );
}

/** Patroni 3 has a table of its own, made before PostgreSQL 16, and writes nothing else into the file. */
function notInTable({ changes, members, knownToPatroni3 }: LintContext): GuardFinding[] {
  if (!patroniMajors(members).some((major) => major < 4)) return [];
  return changes
    .filter(({ key, spec }) => spec !== null && !key.includes('.') && !knownToPatroni3.has(key))
    .map(({ name }) => ({
      severity: 'unless_forced',
      code: 'parameter_overridden',
      parameter: name,
      message: `${name} is newer than the table of parameters in Patroni 3.0, which drops what it does not know`,
      hint: 'Later releases of Patroni 3 may know it; --force tries, and takes it back when it does not come into force.',
    }));
}

function outOfReach({ members }: LintContext): GuardFinding[] {
  return members.flatMap(({ listed, own, met }) => [
    ...(met instanceof PgdbaError ? [unreachable(listed.name, 'PostgreSQL', met)] : []),
    ...(own instanceof PgdbaError ? [unreachable(listed.name, 'Patroni', own)] : []),
    ...(own instanceof PgdbaError || own.state === 'running' ? [] : [notRunning(listed.name, own.state)]),
  ]);
}

function unreachable(member: string, what: string, { message }: PgdbaError): GuardFinding {
  return {
    severity: 'unless_forced',
    code: 'member_unreachable',
    parameter: null,
    message: `${what} on ${member} cannot be asked: ${maskSecrets(message)}`,
    hint: 'Bring the member back, or remove it; --keep-partial changes the others all the same.',
  };
}

function notRunning(member: string, state: string): GuardFinding {
  return {
    severity: 'unless_forced',
    code: 'member_unreachable',
    parameter: null,
    message: `${member} is not running, its Patroni says: ${state}`,
    hint: 'Wait until it runs; --keep-partial changes the others all the same.',
  };
}

const GRANTS =
  'GRANT pg_read_all_settings TO the role, and EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings().';

function cannotSee({ members }: LintContext): GuardFinding[] {
  const blind = members.some(
    ({ met }) =>
      !(met instanceof PgdbaError) && (!met.configuration.complete || met.configuration.fileEntries === null),
  );
  if (!blind) return [];
  return [
    {
      severity: 'warn',
      code: 'precheck_incomplete',
      parameter: null,
      message:
        'the role may not see which file a value comes from: what beats the DCS on a member shows only afterwards',
      hint: GRANTS,
    },
  ];
}

/** A value that nobody can see is neither proven nor proven to be taken back. A name with a dot stands in the files alone. */
function unprovable({ changes, members }: LintContext): GuardFinding[] {
  return changes.flatMap(({ name, key }): GuardFinding[] => {
    const blind = members.filter(
      ({ met }) =>
        !(met instanceof PgdbaError) &&
        met.configuration.fileEntries === null &&
        !met.configuration.settings.has(key) &&
        (key.includes('.') || !met.configuration.complete),
    );
    if (blind.length === 0) return [];
    const names = blind.map(({ listed }) => listed.name).join(', ');
    return [
      {
        severity: 'refuse',
        code: 'insufficient_privilege',
        parameter: name,
        message: `${name}: the role may not see it on ${names}, so that nobody could prove the change, nor that it was taken back`,
        hint: GRANTS,
      },
    ];
  });
}

/** What keeps a member from following the DCS. */
export const MEMBER_RULES: readonly LintRule[] = [
  { id: 'members.reach', silently: 'changes those that it reaches', check: outOfReach },
  { id: 'members.masked', silently: 'leaves that member as it is', check: masked },
  { id: 'members.table', silently: 'drops the parameter', check: notInTable },
  { id: 'members.unseen', silently: '', check: unprovable },
  { id: 'members.sight', silently: '', check: cannotSee },
];
