import { bootRisk, changedOf, type Guard, type GuardContext } from './guard.js';

/** Of these at most one may be set. */
const TARGETS = [
  'recovery_target',
  'recovery_target_lsn',
  'recovery_target_name',
  'recovery_target_time',
  'recovery_target_xid',
];

/** More than one target of recovery is FATAL at the next start, whether or not it recovers. */
export const RECOVERY_TARGET_GUARD: Guard = {
  id: 'recovery.one_target',
  parameters: TARGETS,
  reference:
    'https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET',
  check: (context: GuardContext) => {
    const set = TARGETS.filter((name) => (context.after.settingOf(name) ?? '') !== '');
    if (set.length < 2) return [];
    const message = `only one recovery target may be set, and these would be: ${set.join(', ')}; the server would not start`;
    return [bootRisk('refuse', changedOf(context, TARGETS), message)];
  },
};
