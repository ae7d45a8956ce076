import { afterEach } from 'vitest';
import { connect, type Connection, type ConnectOptions } from '../../../src/db/connect.js';
import { resolveConnection } from '../../../src/db/libpq/resolve.js';
import { processSurroundings } from '../../../src/db/libpq/surroundings.js';

export interface OpenChoice extends Partial<ConnectOptions> {
  readonly env?: Readonly<Record<string, string>>;
}

const opened: Connection[] = [];

afterEach(() => {
  for (const connection of opened.splice(0)) connection.destroy();
});

/** Connects as a command does, with the environment given and no home folder unless HOME is in it. */
export async function open(dsn: string | undefined, choice: OpenChoice = {}): Promise<Connection> {
  const { env = {}, ...options } = choice;
  const around = { ...processSurroundings(env), home: env['HOME'] ?? null };
  const connection = await connect(resolveConnection({ dsn }, around), {
    applicationName: 'pgdba/test',
    guards: {},
    signal: new AbortController().signal,
    ...options,
  });
  opened.push(connection);
  return connection;
}

/** The error that connecting ends with: `code: message`, or `connected`. */
export async function failure(dsn: string | undefined, choice: OpenChoice = {}): Promise<string> {
  try {
    await open(dsn, choice);
    return 'connected';
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${String(error.code)}: ${error.message}`
      : String(error);
  }
}

/** The first value of the first row. */
export async function value(connection: Connection, sql: string): Promise<string | null | undefined> {
  const { rows } = await connection.client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
  return rows[0]?.[0];
}
