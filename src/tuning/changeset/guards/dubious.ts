import type { Guard, GuardContext } from './guard.js';

/** Values that the server starts with, and that do not do what was meant. */
interface Dubious {
  readonly id: string;
  readonly parameters: readonly string[];
  readonly reference: string;
  readonly message: (context: GuardContext) => string | null;
}

const DUBIOUS: readonly Dubious[] = [
  {
    id: 'dubious.no_workers',
    parameters: ['max_worker_processes'],
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-WORKER-PROCESSES',
    message: ({ after }) =>
      after.numberOf('max_worker_processes') === 0
        ? 'with max_worker_processes=0 no query runs in parallel, and logical replication and extensions do not work'
        : null,
  },
  {
    id: 'dubious.archiving_twice',
    parameters: ['archive_library', 'archive_command'],
    reference: 'https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-LIBRARY',
    message: ({ after }) =>
      [after.settingOf('archive_library'), archiveCommand(after.settingOf('archive_command'))].every(
        (value) => (value ?? '') !== '',
      )
        ? 'archive_library and archive_command would both be set: the archiver refuses to work'
        : null,
  },
  {
    id: 'dubious.more_workers_than_slots',
    parameters: ['autovacuum_max_workers', 'autovacuum_worker_slots'],
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-vacuum.html#GUC-AUTOVACUUM-WORKER-SLOTS',
    message: ({ after }) => {
      const [workers, slots] = ['autovacuum_max_workers', 'autovacuum_worker_slots'].map((name) =>
        after.numberOf(name),
      );
      return workers != null && slots != null && workers > slots
        ? `autovacuum_max_workers would be ${String(workers)}, and no more than autovacuum_worker_slots (${String(slots)}) ever run; those take a restart`
        : null;
    },
  },
  {
    id: 'dubious.commits_wait',
    parameters: ['synchronous_standby_names', 'synchronous_commit'],
    reference:
      'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES',
    message: ({ after, surroundings, inRecovery }) =>
      !inRecovery &&
      surroundings.standbys === 0 &&
      (after.settingOf('synchronous_standby_names') ?? '') !== ''
        ? 'synchronous_standby_names names standbys and none is connected: every commit would wait for one'
        : null,
  },
];

/** pg_settings shows it so while nothing is archived. */
function archiveCommand(setting: string | null): string | null {
  return setting === '(disabled)' ? null : setting;
}

/** What is told, and done. */
export const DUBIOUS_GUARDS: readonly Guard[] = DUBIOUS.map(({ id, parameters, reference, message }) => ({
  id,
  parameters,
  reference,
  check: (context: GuardContext) => {
    const text = message(context);
    const parameter = context.changes.find(({ key }) => parameters.includes(key))?.name ?? null;
    return text === null ? [] : [{ severity: 'warn', code: 'dubious_setting', parameter, message: text }];
  },
}));
