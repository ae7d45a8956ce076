import type pg from 'pg';
import { until } from './inspected.js';
import type { ServerHandle } from './serverHandle.js';

/** Sessions of a test, by the names it gives them; all are ended at once. */
export class Cast {
  readonly #clients = new Map<string, { client: pg.Client; pid: number }>();
  readonly #waits: Promise<unknown>[] = [];

  constructor(
    private readonly server: ServerHandle,
    private readonly dbname: string,
  ) {}

  pid(name: string): number {
    return this.#clients.get(name)?.pid ?? -1;
  }

  /** Runs the statements and waits for them. */
  async does(name: string, ...statements: readonly string[]): Promise<void> {
    const { client } = await this.#of(name);
    for (const statement of statements) await client.query(statement);
  }

  /** Sends a statement that will wait, and returns once it does. */
  async waits(name: string, statement: string): Promise<void> {
    const { client, pid } = await this.#of(name);
    this.#waits.push(client.query(statement).catch(() => undefined));
    await until(async () => {
      const sql = `SELECT FROM pg_stat_activity AS a WHERE a.pid = $1
        AND (a.wait_event = 'SafeSnapshot' OR EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = a.pid AND NOT l.granted))`;
      return (await this.server.query(sql, { params: [pid] })).length > 0 ? true : undefined;
    });
  }

  /** Sends a statement that runs until the end. */
  async runs(name: string, statement: string): Promise<void> {
    const { client } = await this.#of(name);
    this.#waits.push(client.query(statement).catch(() => undefined));
  }

  /** Ends one session, and returns when it is gone. */
  async dismiss(name: string): Promise<void> {
    const params = [this.pid(name)];
    await this.server.query('SELECT pg_terminate_backend($1)', { params });
    await until(async () => {
      const left = await this.server.query('SELECT FROM pg_stat_activity WHERE pid = $1', { params });
      return left.length === 0 ? true : undefined;
    });
  }

  async end(): Promise<void> {
    const pids = [...this.#clients.values()].map(({ pid }) => pid);
    await this.server.query('SELECT pg_terminate_backend(p) FROM unnest($1::int[]) AS p', { params: [pids] });
    await Promise.all(this.#waits);
    await Promise.all([...this.#clients.values()].map(({ client }) => client.end().catch(() => undefined)));
  }

  async #of(name: string): Promise<{ client: pg.Client; pid: number }> {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = await this.server.client({ dbname: this.dbname });
    client.on('error', () => undefined);
    await client.query("SELECT set_config('application_name', $1, false)", [name]);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const made = { client, pid: rows[0]?.pid ?? 0 };
    this.#clients.set(name, made);
    return made;
  }
}
