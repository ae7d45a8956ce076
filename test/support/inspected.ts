import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SectionResult } from '../../src/inspect/snapshot.js';
import type { Envelope } from '../../src/output/envelope.js';
import { type CliOptions, type CliResult, runCli } from './runCli.js';
import type { ServerHandle } from './serverHandle.js';

/** `inspect`'s data as tests read it; that it has this shape is what the schema checks. */
export interface Snapshot {
  readonly mode: 'instant' | 'delta';
  readonly interval_ms: number | null;
  readonly session: {
    readonly role: string;
    readonly backend_pid: number;
    readonly pooled: boolean;
    readonly read_only: boolean;
    readonly statement_timeout_ms: number;
    readonly lock_timeout_ms: number;
  };
  readonly databases: readonly {
    readonly database: string;
    readonly status: string;
    readonly message: string | null;
  }[];
  readonly prerequisites: readonly {
    readonly name: string;
    readonly available: boolean;
    readonly version: string | null;
  }[];
  readonly sections: Readonly<Record<string, SectionResult>>;
}

export interface Inspected {
  readonly result: CliResult;
  readonly envelope: Envelope;
  readonly data: Snapshot;
}

/** Runs `inspect`, whatever its exit code, and returns its data. @throws Error when it had none */
export async function inspect(
  dsn: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Inspected> {
  const result = await runCli(['inspect', '--dsn', dsn, ...args], options);
  return inspectedOf(result);
}

/** The same for a run that a test started itself. */
export function inspectedOf(result: CliResult): Inspected {
  const { envelope } = result;
  if (envelope.data === null) throw new Error(`inspect told no data: ${JSON.stringify(envelope.error)}`);
  return { result, envelope, data: envelope.data as unknown as Snapshot };
}

/** One section's result. @throws Error when the snapshot does not have it */
export function section({ data }: Pick<Inspected, 'data'>, id: string): SectionResult {
  const found = data.sections[id];
  if (found === undefined) throw new Error(`the snapshot has no section ${id}`);
  return found;
}

/** Section → reason, for those that are not `ok`. */
export function shortcomings({ data }: Pick<Inspected, 'data'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data.sections)
      .filter(([, { status }]) => status !== 'ok')
      .map(([id, { status, reason }]) => [id, `${status} ${String(reason)}`]),
  );
}

/** Pids of the backends that serve pgdba on that server, and what each waits for. */
export async function ourBackends(server: ServerHandle): Promise<{ pid: number; waits: string | null }[]> {
  const rows = await server.query(
    "SELECT pid, wait_event_type FROM pg_stat_activity WHERE application_name LIKE 'pgdba/%' AND pid <> pg_backend_pid()",
  );
  return rows.map((row) => ({ pid: row['pid'] as number, waits: row['wait_event_type'] as string | null }));
}

/** Most looks open a session, and one that is waited for is seldom there at once: they come at longer and longer intervals. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/** Waits until a look at something finds what is wanted. @throws Error when it does not for most of a minute */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + 50_000;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited in vain for: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Waits until a backend of pgdba waits for a lock. */
export function untilBlocked(server: ServerHandle): Promise<number> {
  return until(async () => (await ourBackends(server)).find(({ waits }) => waits === 'Lock')?.pid);
}

/** Settings of a server whose log tells the visits of pgdba. */
export const VISITS_LOGGED = { log_disconnections: 'on', log_line_prefix: '%a ' };

/** All that a server of ours has logged so far. */
export function logOf(server: ServerHandle): Promise<string> {
  return readFile(join(dirname(server.dataDirectory), 'log'), 'utf8');
}

/** How many sessions of `inspect` have come to that database and gone, by the log of a server with VISITS_LOGGED. */
export async function visits(server: ServerHandle, database = 'postgres'): Promise<number> {
  const log = await logOf(server);
  const gone = (line: string): boolean =>
    line.startsWith('pgdba/inspect LOG:  disconnection:') && line.includes(` database=${database} `);
  return log.split('\n').filter(gone).length;
}
