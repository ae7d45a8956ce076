import { bootRisk, type Guard, type GuardContext, type GuardFinding } from './guard.js';

/** Parameters that ALTER SYSTEM takes and that decide whether the server starts, or whether anybody can reach it. */
interface Confirmed {
  readonly parameter: string;
  readonly why: string;
  /** Values, in the form of pg_settings.setting, that it is about; all unless given. */
  readonly values?: readonly string[];
}

const OF_RECOVERY = 'it decides where recovery ends, and what the server does then';
const WHERE_IT_LISTENS = 'a server that cannot listen there does not start, or nobody reaches it';

const CONFIRMED: readonly Confirmed[] = [
  { parameter: 'hba_file', why: 'without that file the server does not start' },
  { parameter: 'ident_file', why: 'without that file nobody who is mapped by it can log in' },
  { parameter: 'external_pid_file', why: 'what finds the server by that file loses it' },
  { parameter: 'listen_addresses', why: WHERE_IT_LISTENS },
  { parameter: 'port', why: WHERE_IT_LISTENS },
  { parameter: 'unix_socket_directories', why: WHERE_IT_LISTENS },
  { parameter: 'unix_socket_group', why: 'with a group that does not exist the server does not start' },
  { parameter: 'unix_socket_permissions', why: 'it decides who may connect through the socket' },
  { parameter: 'cluster_name', why: 'synchronous standbys and monitoring know the server by it' },
  { parameter: 'recovery_target', why: OF_RECOVERY },
  { parameter: 'recovery_target_action', why: OF_RECOVERY },
  { parameter: 'recovery_target_inclusive', why: OF_RECOVERY },
  { parameter: 'recovery_target_lsn', why: OF_RECOVERY },
  { parameter: 'recovery_target_name', why: OF_RECOVERY },
  { parameter: 'recovery_target_time', why: OF_RECOVERY },
  { parameter: 'recovery_target_timeline', why: OF_RECOVERY },
  { parameter: 'recovery_target_xid', why: OF_RECOVERY },
  { parameter: 'hot_standby', values: ['off'], why: 'a standby without it lets nobody in' },
  {
    parameter: 'ssl',
    values: ['off'],
    why: 'clients that insist on TLS, and hostssl lines, lose their way in',
  },
  { parameter: 'db_user_namespace', why: 'it changes the names that all roles log in with' },
  {
    parameter: 'shared_memory_type',
    why: 'the kernel’s limits may not allow it, and the server does not start',
  },
  {
    parameter: 'dynamic_shared_memory_type',
    why: 'the kernel’s limits may not allow it, and the server does not start',
  },
  {
    parameter: 'io_method',
    values: ['io_uring'],
    why: 'a container’s seccomp profile or the limit of locked memory may forbid it, and the server does not start',
  },
];

const ENTRIES = new Map(CONFIRMED.map((entry) => [entry.parameter, entry]));

function unconfirmed({ changes, before, after }: GuardContext): GuardFinding[] {
  return changes.flatMap(({ key, name }) => {
    const entry = ENTRIES.get(key);
    const value = after.settingOf(key);
    const isConcerned = entry?.values === undefined || entry.values.includes(value ?? '');
    if (entry === undefined || !isConcerned || value === before.settingOf(key)) return [];
    return [bootRisk('unless_forced', name, `${name} is changed only with --force: ${entry.why}`)];
  });
}

/** What is written only when somebody says so twice. */
export const CONFIRMED_GUARD: Guard = {
  id: 'confirmed',
  parameters: [...ENTRIES.keys()],
  reference: 'https://www.postgresql.org/docs/current/runtime-config-connection.html',
  check: unconfirmed,
};
