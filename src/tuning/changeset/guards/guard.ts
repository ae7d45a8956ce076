import type { Manager } from '../../../core/clusterKinds.js';
import type { Setting } from '../../../core/setting/spec.js';
import type { DcsKnown } from '../../../patroni/dcsSight.js';
import type { Override } from '../../override.js';
import type { Configuration } from '../../configuration.js';
import type { Mask } from '../changeSet.js';
import type { Outlook } from '../outlook.js';
import type { PlanFinding } from '../plan.js';
import type { Surroundings } from '../surroundings.js';

/** One parameter that is to be changed, as the server knows it. */
export interface PlannedChange extends Override {
  /** As PostgreSQL writes it. */
  readonly name: string;
  /** The name in lower case. */
  readonly key: string;
  /** null for a name that pg_settings does not show. */
  readonly spec: Setting | null;
  /** null = RESET */
  readonly newValue: string | null;
  /** Text of its line in postgresql.auto.conf; null = none, or not known. */
  readonly oldLine: string | null;
  readonly masks: readonly Mask[];
}

/** All that a guard decides by. */
export interface GuardContext {
  readonly major: number;
  readonly inRecovery: boolean;
  readonly managedBy: Manager;
  readonly via: 'auto' | 'alter-system' | 'patroni';
  /** What is known of the DCS of the server's cluster. */
  readonly dcs: DcsKnown;
  readonly configuration: Configuration;
  readonly changes: readonly PlannedChange[];
  /** What a start would give without the change, and with it. */
  readonly before: Outlook;
  readonly after: Outlook;
  /** RAM of the host, limits of its cgroup applied; null when it is not known. */
  readonly ramBytes: number | null;
  readonly surroundings: Surroundings;
}

/** As a PlanFinding; `unless_forced` is a refusal that --force turns into a warning. */
export interface GuardFinding extends Omit<PlanFinding, 'severity'> {
  readonly severity: 'refuse' | 'unless_forced' | 'warn';
}

/** One reason for not writing, or for a warning; one or a family of them to a file. */
export interface Guard {
  /** Stable, e.g. `wal.minimal`. */
  readonly id: string;
  /** Asked when one of them is to be changed; null = always. Names in lower case. */
  readonly parameters: readonly string[] | null;
  /** Whether it is about what ALTER SYSTEM writes, and not about the value: then a change through Patroni is no matter of it. */
  readonly onlyAlterSystem?: true;
  /** Where PostgreSQL does or documents what the guard keeps from happening. */
  readonly reference: string;
  /** Pure. */
  readonly check: (context: GuardContext) => readonly GuardFinding[];
}

/** A refusal because the server might not start again. */
export function bootRisk(
  severity: 'refuse' | 'unless_forced',
  parameter: string | null,
  message: string,
  hint?: string,
): GuardFinding {
  return { severity, code: 'boot_guard', parameter, message, ...(hint === undefined ? {} : { hint }) };
}

/** The first of the guard's parameters that is to be changed: what the finding is told about. */
export function changedOf(context: GuardContext, names: readonly string[]): string | null {
  return context.changes.find(({ key }) => names.includes(key))?.name ?? null;
}

/** `1 standby`, `2 standbys`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
