import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { LocalMachine } from './localMachine.js';

/** What the server says of the backend that serves us. */
export interface Backend {
  readonly pid: number;
  readonly sessionUser: string;
  readonly database: string;
  readonly clusterName: string;
  /** Port of the client as the server sees it; null through a Unix socket. */
  readonly clientPort: number | null;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly startedAtMs: number;
}

const ABOUT_BACKEND = /* sql */ `
SELECT a.pid, SESSION_USER::text AS session_user, pg_catalog.inet_client_port() AS client_port,
       EXTRACT(epoch FROM a.backend_start) * 1000 AS started_at_ms
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid = pg_catalog.pg_backend_pid()`;

/**
 * The backend that serves us; null when the server does not tell. One statement in the server's snapshot.
 * @throws PgdbaError `connection_lost`, `run_timeout`
 */
export async function aboutBackend({ snapshot, facts }: Server): Promise<Backend | null> {
  const { result } = await snapshot.read({ sql: ABOUT_BACKEND });
  if (result instanceof PgdbaError) {
    if (result.code === 'connection_lost' || result.code === 'run_timeout') throw result;
    return null;
  }
  const [pid, sessionUser, clientPort, startedAtMs] = result.rows[0] ?? [];
  if (pid == null || sessionUser == null || startedAtMs == null) return null;
  return {
    pid: Number(pid),
    sessionUser,
    database: facts.database,
    clusterName: facts.settings['cluster_name'] ?? '',
    clientPort: clientPort == null ? null : Number(clientPort),
    startedAtMs: Number(startedAtMs),
  };
}

/** Whether a backend was found among this machine's processes; if not, why it was not. */
export type Found =
  { readonly here: true; readonly pid: number } | { readonly here: false; readonly why: string };

/** Linux counts 100 clock ticks a second in /proc on every architecture that Node runs on. */
const TICK_MS = 10;
/** The clock may be adjusted, and a busy machine may let a new process wait, before it notes when it began. */
const TOLERANCE_MS = 5_000;

/**
 * Proves that a backend is a process of this machine, in our own view of it: a process of that id exists, calls
 * itself what a backend for this user, database and client port calls itself, and began when the server says.
 * A Unix socket or a loopback address would prove nothing: tunnels and forwarded ports look the same. A server in a
 * container with process ids of its own is not found, which is right, because its limits are not ours to see.
 * @param nowMs this machine's clock, milliseconds since the epoch
 */
export async function findBackend(
  machine: LocalMachine,
  backend: Backend | null,
  nowMs: number,
): Promise<Found> {
  if (backend === null) return { here: false, why: 'the server does not show the backend that serves us' };
  const process = `process ${String(backend.pid)}`;
  const folder = `/proc/${String(backend.pid)}`;
  const read = (path: string): Promise<string | null> => machine.readText(path, 16_384).catch(() => null);
  const [title, stat, uptime] = await Promise.all([
    read(`${folder}/cmdline`),
    read(`${folder}/stat`),
    read('/proc/uptime'),
  ]);
  if (title === null || stat === null || uptime === null) {
    return { here: false, why: `this machine shows no ${process}` };
  }
  if (!isTitleOf(backend, title)) {
    return { here: false, why: `${process} of this machine is not the backend that serves us` };
  }
  const startedMs = nowMs - Number(uptime.split(' ')[0]) * 1000 + startTicks(stat) * TICK_MS;
  if (Math.abs(startedMs - backend.startedAtMs) <= TOLERANCE_MS) return { here: true, pid: backend.pid };
  return {
    here: false,
    why: `${process} of this machine began at another time than the backend that serves us`,
  };
}

/** `postgres: [cluster: ]user database client(port)|[local] …`, as backends write it since PostgreSQL 9.5. */
function isTitleOf({ clusterName, sessionUser, database, clientPort }: Backend, title: string): boolean {
  const cluster = clusterName === '' ? '' : `${clusterName}: `;
  const start = `postgres: ${cluster}${sessionUser} ${database} `;
  if (!title.startsWith(start)) return false;
  const client = title.slice(start.length);
  return clientPort === null
    ? client.startsWith('[local]')
    : /^[^\s(]+\((\d+)\)/.exec(client)?.[1] === String(clientPort);
}

/** The 22nd field of /proc/<pid>/stat; the second, in brackets, may hold anything. Source: proc_pid_stat(5). */
function startTicks(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
