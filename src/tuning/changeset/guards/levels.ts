import type { Manager } from '../../../core/clusterKinds.js';
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

function managed({ managedBy, via }: GuardContext): GuardFinding[] {
  const use = MANAGED[managedBy];
  if (use === 'free' || (use === 'when_asked' && via === 'alter-system')) return [];
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
          hint: 'Change it with patronictl edit-config; --via alter-system changes this node alone.',
        },
      ];
}

function alterSystemOff({ configuration }: GuardContext): GuardFinding[] {
  if (configuration.settings.get('allow_alter_system')?.setting !== 'off') return [];
  const message = 'allow_alter_system is off';
  return [{ severity: 'refuse', code: 'alter_system_disabled', parameter: null, message }];
}

function overridden({ changes }: GuardContext): GuardFinding[] {
  return changes.flatMap((change): GuardFinding[] => {
    if (change.override === 'overridden') return [onCommandLine(change)];
    if (change.override !== 'unknown') return [];
    const message = `whether a manager of the cluster overrides ${change.name} cannot be told over SQL`;
    return [{ severity: 'unless_forced', code: 'cluster_managed', parameter: change.name, message }];
  });
}

function onCommandLine({ name, masks }: PlannedChange): GuardFinding {
  const value = masks.find(({ level }) => level === 'command_line')?.value ?? '';
  return {
    severity: 'refuse',
    code: 'parameter_overridden',
    parameter: name,
    message: `${name} is set to "${value}" on the postmaster’s command line, which beats what ALTER SYSTEM writes`,
  };
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
    parameters: null,
    reference: 'https://patroni.readthedocs.io/en/latest/patroni_configuration.html',
    check: managed,
  },
  {
    id: 'levels.alter_system_off',
    parameters: null,
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-ALLOW-ALTER-SYSTEM',
    check: alterSystemOff,
  },
  {
    id: 'levels.command_line',
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
