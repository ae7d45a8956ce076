import { bootRisk, changedOf, type Guard, type GuardContext, type GuardFinding } from './guard.js';

const RESERVED = ['superuser_reserved_connections', 'reserved_connections'] as const;

/** MAX_BACKENDS of PostgreSQL's postmaster.h: 2^18 - 1. */
const MOST_PROCESSES = 262_143;

/** What takes a slot in the list of processes; autovacuum has slots of its own from 18 on. */
const PROCESSES = ['max_connections', 'max_worker_processes', 'max_wal_senders'] as const;

function reservedFit(context: GuardContext): GuardFinding[] {
  const { after } = context;
  const connections = after.numberOf('max_connections');
  const known = RESERVED.filter((name) => after.numberOf(name) !== null);
  const reserved = known.reduce((sum, name) => sum + (after.numberOf(name) ?? 0), 0);
  if (connections === null || connections > reserved) return [];
  const parameters = ['max_connections', ...RESERVED];
  const message =
    `max_connections (${String(connections)}) must be larger than ${known.join(' + ')} (${String(reserved)}): ` +
    'the server would not start';
  return [bootRisk('refuse', changedOf(context, parameters), message)];
}

function processesFit(context: GuardContext): GuardFinding[] {
  const { after } = context;
  const workers = after.numberOf('autovacuum_worker_slots') ?? after.numberOf('autovacuum_max_workers') ?? 0;
  const total = PROCESSES.reduce((sum, name) => sum + (after.numberOf(name) ?? 0), workers + 1);
  if (total <= MOST_PROCESSES) return [];
  const message =
    `${PROCESSES.join(', ')} and the workers of autovacuum make ${String(total)} processes, ` +
    `more than the ${String(MOST_PROCESSES)} that PostgreSQL can have`;
  return [bootRisk('refuse', changedOf(context, PROCESS_PARAMETERS), message)];
}

const PROCESS_PARAMETERS = [...PROCESSES, 'autovacuum_worker_slots', 'autovacuum_max_workers'];

/** How many may connect. */
export const CONNECTION_GUARDS: readonly Guard[] = [
  {
    id: 'connections.reserved',
    parameters: ['max_connections', ...RESERVED],
    reference: 'https://www.postgresql.org/docs/current/runtime-config-connection.html',
    check: reservedFit,
  },
  {
    id: 'connections.processes',
    parameters: PROCESS_PARAMETERS,
    reference: 'MAX_BACKENDS in src/include/postmaster/postmaster.h',
    check: processesFit,
  },
];
