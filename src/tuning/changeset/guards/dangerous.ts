import { dangersOf } from '../../refuseList.js';
import type { Guard, GuardContext, GuardFinding } from './guard.js';

/** Values that put data, security or the view of the server at risk, beside those of the refuse list. */
interface Danger {
  readonly parameter: string;
  readonly isDangerous: (setting: string) => boolean;
  readonly why: string;
}

const is =
  (...values: readonly string[]) =>
  (setting: string): boolean =>
    values.includes(setting);

const DANGERS: readonly Danger[] = [
  {
    parameter: 'synchronous_commit',
    isDangerous: is('local', 'remote_write'),
    why: 'a transaction that was told committed may be missing on the standby that takes over',
  },
  {
    parameter: 'data_sync_retry',
    isDangerous: is('on'),
    why: 'after a failed fsync the kernel may have dropped what was to be written, and the server goes on',
  },
  {
    parameter: 'ignore_invalid_pages',
    isDangerous: is('on'),
    why: 'recovery passes over damage and may lose or hide data',
  },
  {
    parameter: 'ignore_system_indexes',
    isDangerous: is('on'),
    why: 'every look at the catalog reads whole tables',
  },
  {
    parameter: 'default_transaction_read_only',
    isDangerous: is('on'),
    why: 'every application that does not ask for more can only read',
  },
  {
    parameter: 'session_replication_role',
    isDangerous: is('replica', 'local'),
    why: 'triggers do not fire, and foreign keys are not checked',
  },
  { parameter: 'track_counts', isDangerous: is('off'), why: 'autovacuum does not work without it' },
  {
    parameter: 'restart_after_crash',
    isDangerous: is('off'),
    why: 'after a crash of one session the server stays down',
  },
  {
    parameter: 'log_statement',
    isDangerous: is('all'),
    why: 'every statement is written to the log, with whatever secrets it holds',
  },
  {
    parameter: 'password_encryption',
    isDangerous: is('md5', 'off'),
    why: 'md5 hashes of passwords are easy to guess',
  },
  { parameter: 'exit_on_error', isDangerous: is('on'), why: 'every error ends the session' },
];

function dangerous({ changes, after }: GuardContext): GuardFinding[] {
  const settingsAfter = new Map(
    changes.flatMap(({ key, spec }) =>
      spec === null ? [] : [[key, { ...spec, setting: after.settingOf(key) ?? spec.setting }]],
    ),
  );
  const ofRefuseList = dangersOf(settingsAfter);
  const others = DANGERS.flatMap(({ parameter, isDangerous, why }) => {
    const setting = settingsAfter.get(parameter)?.setting;
    return setting !== undefined && isDangerous(setting)
      ? [{ parameter, message: `${parameter} is ${setting}: ${why}` }]
      : [];
  });
  return [...ofRefuseList, ...others].map((danger) => ({
    severity: 'warn',
    code: 'dangerous_setting',
    ...danger,
  }));
}

/** Told, and done: whoever sets fsync=off by name means it. */
export const DANGEROUS_GUARD: Guard = {
  id: 'dangerous',
  parameters: null,
  reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC',
  check: dangerous,
};
