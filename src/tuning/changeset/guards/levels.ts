import type { Manager } from '../../../core/clusterKinds.js';
import { PgdbaError } from '../../../core/errors.js';
import { maskSecrets, maskSetting } from '../../../core/mask.js';
import { isSeen } from '../../../patroni/dcsSight.js';
import type { Mask } from '../changeSet.js';
import type { Guard, GuardContext, GuardFinding, PlannedChange } from './guard.js';

/** Who else writes the configuration, and whether ALTER SYSTEM may be used beside it. */
const MANAGED: Readonly<Record<Manager, 'never' | 'when_asked' | 'free'>> = {
  standalone: 'free',
  unknown: 'free',
  patroni: 'when_asked',
  rds: 'never',
  aurora: 'never',
  cloudsql: 'never',
  azure: 'never',
  cnpg: 'never',
};

/** Patroni where its DCS was seen, whatever SQL shows. */
function managerOf({ managedBy, dcs }: GuardContext): Manager {
  return isSeen(dcs) ? 'patroni' : managedBy;
}

function managed(context: GuardContext): GuardFinding[] {
  const managedBy = managerOf(context);
  const use = MANAGED[managedBy];
  if (use === 'free' || (use === 'when_asked' && context.via === 'alter-system')) return [];
  const finding = { severity: 'refuse', code: 'cluster_managed', parameter: null } as const;
  return use === 'never'
    ? [
        {
          ...finding,
          message: `${managedBy} manages the settings of this server: ALTER SYSTEM is not for it`,
        },
      ]
    : [
        {
          ...finding,
          message:
            'Patroni manages the settings of this cluster: what ALTER SYSTEM sets holds on one node only',
          hint: 'Give --patroni-url, and the change goes through the DCS; --via alter-system changes this node alone.',
        },
      ];
}

function alterSystemOff({ configuration }: GuardContext): GuardFinding[] {
  if (configuration.settings.get('allow_alter_system')?.setting !== 'off') return [];
  const message = 'allow_alter_system is off';
  return [{ severity: 'refuse', code: 'alter_system_disabled', parameter: null, message }];
}

/** Of a cluster that Patroni manages nobody need hear this who has not asked for ALTER SYSTEM: `managed` refuses it all. */
function overridden(context: GuardContext): GuardFinding[] {
  const isPatroni = managerOf(context) === 'patroni';
  if (isPatroni && context.via !== 'alter-system') return [];
  return context.changes.flatMap((change): GuardFinding[] => {
    switch (change.override) {
      case 'overridden':
        return change.overriddenBy?.level === 'command_line'
          ? onCommandLine(change, isPatroni)
          : beatingTheDcs(change);
      case 'unknown':
        return [notKnown(change, context)];
      case 'not_set_but_ephemeral':
        return ofThisMemberAlone(change);
      case 'not_managed':
        return [];
    }
  });
}

/**
 * Under Patroni a RESET takes away an entry that never has an effect, and whoever insists may write one; elsewhere the
 * command line is what somebody wrote by hand, to win.
 */
function onCommandLine({ name, newValue, masks }: PlannedChange, isPatroni: boolean): GuardFinding[] {
  if (isPatroni && newValue === null) return [];
  const value = masks.find(({ level }) => level === 'command_line')?.value ?? '';
  return [
    {
      severity: isPatroni ? 'unless_forced' : 'refuse',
      code: 'parameter_overridden',
      parameter: name,
      message: `${name} is set to "${value}" on the postmaster’s command line, which beats what ALTER SYSTEM writes`,
      ...(isPatroni ? { hint: 'Patroni takes it from the DCS alone: change it there.' } : {}),
    },
  ];
}

const PLACES: Readonly<Record<string, string>> = {
  dcs: 'the DCS',
  local_yaml: 'this member’s own Patroni file',
  patroni: 'the file that Patroni writes',
};

/** A RESET takes the entry away that beats the DCS: nothing speaks against it. */
function beatingTheDcs({ name, newValue, overriddenBy }: PlannedChange): GuardFinding[] {
  if (newValue === null || overriddenBy === null) return [];
  const { level, value } = overriddenBy;
  const place = PLACES[level] ?? level;
  const has =
    value === null ? `${place} has ${name}` : `${place} has ${name} = "${maskSetting(name, value)}"`;
  return [
    {
      severity: 'unless_forced',
      code: 'parameter_overridden',
      parameter: name,
      message: `${has}: ALTER SYSTEM would beat it silently, on this member alone, and later changes there would not reach it`,
      hint: 'Change it at that level; --via alter-system --force writes it on this member all the same.',
    },
  ];
}

function notKnown({ name }: PlannedChange, { dcs }: GuardContext): GuardFinding {
  const why = dcs instanceof PgdbaError ? `: ${maskSecrets(dcs.message)}` : ' over SQL';
  return {
    severity: 'unless_forced',
    code: 'cluster_managed',
    parameter: name,
    message: `whether a manager of the cluster overrides ${name} cannot be told${why}`,
  };
}

function ofThisMemberAlone({ name, newValue }: PlannedChange): GuardFinding[] {
  if (newValue === null) return [];
  const message = `the DCS does not have ${name}: what ALTER SYSTEM sets holds on this member alone, and not after a failover`;
  return [{ severity: 'warn', code: 'one_member_only', parameter: name, message }];
}

function masked({ changes }: GuardContext): GuardFinding[] {
  return changes.flatMap(({ name, masks }) =>
    masks
      .filter(({ level }) => level !== 'command_line')
      .map((mask) => ({
        severity: 'warn',
        code: 'masked_for',
        parameter: name,
        message: `${name} is "${mask.value ?? ''}" ${whereOf(mask)}: sessions there do not see the change`,
      })),
  );
}

function whereOf({ database, role }: Mask): string {
  const parts = [
    ...(role === null ? [] : [`for role ${role}`]),
    ...(database === null ? [] : [`in database ${database}`]),
  ];
  return parts.length === 0 ? 'for all roles' : parts.join(' ');
}

/** Levels of the configuration above postgresql.auto.conf, and who else writes it. */
export const LEVEL_GUARDS: readonly Guard[] = [
  {
    id: 'levels.managed',
    onlyAlterSystem: true,
    parameters: null,
    reference: 'https://patroni.readthedocs.io/en/latest/patroni_configuration.html',
    check: managed,
  },
  {
    id: 'levels.alter_system_off',
    onlyAlterSystem: true,
    parameters: null,
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-ALLOW-ALTER-SYSTEM',
    check: alterSystemOff,
  },
  {
    id: 'levels.command_line',
    onlyAlterSystem: true,
    parameters: null,
    reference: 'https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SHELL',
    check: overridden,
  },
  {
    id: 'levels.masked',
    parameters: null,
    reference: 'https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SQL',
    check: masked,
  },
];
