import pg from 'pg';
import type { Major } from './majors.js';

/** Where a running server is: plain data, so that vitest can hand it from the set-up to the test files. */
export interface ServerAddress {
  readonly major: Major;
  readonly host: string;
  readonly port: number;
  /** Folder of its Unix socket; empty for a borrowed server that has none within reach. */
  readonly socketDirectory: string;
  /** Empty for a borrowed server. */
  readonly dataDirectory: string;
  readonly superuser: string;
  /** Password of the superuser; empty where the server trusts us. */
  readonly password: string;
}

export interface DsnChoice {
  readonly user?: string;
  readonly dbname?: string;
  readonly password?: string;
  /** Through the Unix socket instead of TCP. */
  readonly socket?: boolean;
}

export interface QueryChoice {
  readonly dbname?: string;
  readonly user?: string;
  readonly password?: string;
  readonly params?: readonly unknown[];
}

export type Row = Record<string, unknown>;

/** What a test may do with any server, its own or a shared one. */
export interface ServerHandle extends ServerAddress {
  /** A connection URI; by default of the superuser, over TCP, to database `postgres`. */
  dsn(choice?: DsnChoice): string;
  /** Runs SQL on a connection of its own and returns the rows of the last statement. */
  query(sql: string, choice?: QueryChoice): Promise<Row[]>;
  /** An open client for tests that hold a transaction or a lock; the test ends it. */
  client(choice?: QueryChoice): Promise<pg.Client>;
  createDatabase(name: string, choice?: { readonly template?: string }): Promise<void>;
  /** Ends its sessions and drops it. */
  dropDatabase(name: string): Promise<void>;
}

/** The things a test can do with the server at `address`. */
export function handleOf(address: ServerAddress): ServerHandle {
  const query = (sql: string, choice: QueryChoice = {}): Promise<Row[]> => runQuery(address, sql, choice);
  return {
    ...address,
    dsn: (choice = {}) => uri(address, choice),
    query,
    client: (choice = {}) => openClient(address, choice),
    createDatabase: async (name, choice = {}) => {
      await query(`CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(choice.template ?? 'template1')}`);
    },
    dropDatabase: async (name) => {
      const others = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1';
      await query(others, { params: [name] });
      await query(`DROP DATABASE IF EXISTS ${quoted(name)}`);
    },
  };
}

function uri(address: ServerAddress, choice: DsnChoice): string {
  const user = encodeURIComponent(choice.user ?? address.superuser);
  const secret = choice.password ?? defaultPassword(address, choice.user);
  const login = secret === '' ? user : `${user}:${encodeURIComponent(secret)}`;
  const host = encodeURIComponent(choice.socket === true ? address.socketDirectory : address.host);
  const dbname = encodeURIComponent(choice.dbname ?? 'postgres');
  return `postgresql://${login}@${host}:${String(address.port)}/${dbname}`;
}

/** A server of ours trusts everybody. On a borrowed one that does not, the tests' roles have their names as passwords. */
function defaultPassword(address: ServerAddress, user: string | undefined): string {
  if (address.password === '' || user === undefined || user === address.superuser) return address.password;
  return user;
}

async function openClient(address: ServerAddress, choice: QueryChoice): Promise<pg.Client> {
  const client = new pg.Client({
    // The superuser comes in through the socket, where tests of authentication never change the rules.
    host:
      choice.user === undefined && address.socketDirectory !== '' ? address.socketDirectory : address.host,
    port: address.port,
    user: choice.user ?? address.superuser,
    password: choice.password ?? defaultPassword(address, choice.user),
    database: choice.dbname ?? 'postgres',
    application_name: 'pgdba test',
  });
  // A server that a test crashes breaks its idle connections; the test asserts on what it does next, not on this.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function runQuery(address: ServerAddress, sql: string, choice: QueryChoice): Promise<Row[]> {
  const client = await openClient(address, choice);
  try {
    const params = choice.params === undefined ? undefined : [...choice.params];
    // Several statements give several results; pg's types know only one.
    const answer = (await client.query<Row>(sql, params)) as pg.QueryResult<Row> | pg.QueryResult<Row>[];
    return Array.isArray(answer) ? (answer.at(-1)?.rows ?? []) : answer.rows;
  } finally {
    await client.end();
  }
}

/** An identifier as SQL needs it. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
