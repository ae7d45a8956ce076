import type pg from 'pg';
import type { Major } from '../majors.js';
import type { TestServer } from '../servers.js';

/** Nights of the script; the first is number 0. */
export const NIGHTS = 30;

/**
 * What is true of the simulated server, because the script makes it so. Days are the 24 hours that end with a night's
 * baseline.
 */
export const TRUTH = {
  /** Table `journal`: rows of which two fill a block of 8 kB, kept out of TOAST. */
  journalBlocksPerDay: 128,
  /** `tickets.id` is a smallint. */
  ticketsPerDay: 700,
  ticketsEnd: 32_767,
  /** Idle connections that were never closed. */
  connectionsPerDay: 1,
  transactionsPerDay: 2000,
  freezeMaxAge: 100_000,
  /** Executions of each statement of the application. */
  callsPerDay: 40,
} as const;

/** The nights on which something is done to the server, beside a day's work. */
export const FAULTS = {
  indexDropped: 4,
  indexBack: 6,
  planFlipped: 13,
  planBack: 14,
  slotLeaks: 16,
  slotDropped: 18,
  bloated: 20,
  rewritten: 21,
  autovacuumOff: 23,
  settingChanged: 24,
  statisticsReset: 26,
  restarted: 28,
} as const;

/** The role of the application. */
export const APPLICATION = 'application';

const SCHEMA = `
CREATE EXTENSION pg_stat_statements;
CREATE TABLE journal (entry bigint GENERATED ALWAYS AS IDENTITY, note text NOT NULL);
ALTER TABLE journal ALTER note SET STORAGE PLAIN;
CREATE SEQUENCE ticket_numbers AS bigint;
CREATE TABLE tickets (id smallint PRIMARY KEY DEFAULT nextval('ticket_numbers'));
ALTER SEQUENCE ticket_numbers OWNED BY tickets.id;
CREATE TABLE customers AS SELECT n AS id, 'customer ' || n AS name FROM generate_series(1, 5000) AS n;
ALTER TABLE customers ADD PRIMARY KEY (id);
CREATE TABLE orders AS
SELECT n AS id, n % 2500 AS customer, repeat('x', 80) AS note FROM generate_series(1, 20000) AS n;
ALTER TABLE orders ADD PRIMARY KEY (id);
CREATE INDEX orders_customer ON orders (customer);
CREATE TABLE events AS
SELECT n AS id, CASE WHEN n > 29990 THEN 7 ELSE n % 7 END AS kind, repeat('e', 60) AS note
  FROM generate_series(1, 30000) AS n;
ALTER TABLE events ADD PRIMARY KEY (id);
CREATE INDEX events_kind ON events (kind);
CREATE TABLE sessions (id int PRIMARY KEY, seen int NOT NULL, note text NOT NULL);
INSERT INTO sessions SELECT n, 0, repeat('s', 500) FROM generate_series(1, 20000) AS n;
CREATE TABLE archive AS SELECT n AS id FROM generate_series(1, 1000) AS n;
CREATE PROCEDURE burn_transactions(many int) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. many LOOP
    PERFORM txid_current();
    COMMIT;
  END LOOP;
END $$;
CREATE ROLE ${APPLICATION} LOGIN;
GRANT ALL ON ALL TABLES IN SCHEMA public TO ${APPLICATION};
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${APPLICATION};
SELECT pg_stat_reset();
SELECT pg_stat_statements_reset();
VACUUM ANALYZE;
`;

/** Statements of the application; each is prepared, so that every execution is of the same entry. */
const STATEMENTS: readonly (readonly [text: string, values: (call: number) => unknown[]])[] = [
  ['SELECT name FROM customers WHERE id = $1', (call) => [1 + ((call * 37) % 5000)]],
  ['SELECT count(*) FROM orders WHERE customer = $1', (call) => [(call * 53) % 2500]],
  ['SELECT id FROM events WHERE kind = 7 ORDER BY id LIMIT $1', () => [1]],
  ['UPDATE customers SET name = name WHERE id = $1', (call) => [1 + ((call * 11) % 50)]],
];

/** The database that the script runs in. */
export const DATABASE = 'nights';

/** Settings of the server that the script needs. */
export function settings(major: Major): Readonly<Record<string, string>> {
  return {
    autovacuum_freeze_max_age: String(TRUTH.freezeMaxAge),
    max_wal_size: '4GB',
    ...(major >= 13 ? { max_slot_wal_keep_size: '2GB' } : {}),
  };
}

/** A server whose days and nights go by the script. */
export class ScriptedServer {
  readonly #idle: pg.Client[] = [];

  constructor(readonly server: TestServer) {}

  /** Makes the database, as it is a day before night 0; returns the time, by the server’s clock in milliseconds. */
  async prepare(): Promise<number> {
    await this.server.createDatabase(DATABASE);
    // One statement at a time: VACUUM runs in no transaction.
    for (const statement of SCHEMA.split(/;\n(?![^$]*\$\$;)/).filter((text) => text.trim() !== '')) {
      await this.#run(statement);
    }
    const [row] = await this.server.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    return Number(row?.['ms']);
  }

  /** The day before a night: the work of every day, and what the script does on that one. */
  async live(night: number): Promise<void> {
    const statements = DEEDS.get(night) ?? [];
    for (const statement of statements) await this.#run(statement);
    if (night === FAULTS.restarted) await this.#restart(night);
    await this.#work();
    if (night === FAULTS.slotLeaks)
      await this.#run("SELECT pg_create_physical_replication_slot('leak', true)");
    if (night >= FAULTS.slotLeaks && night < FAULTS.slotDropped) await this.#writeWal(3);
    await this.#connectTo((night + 1) * TRUTH.connectionsPerDay);
  }

  async close(): Promise<void> {
    for (const client of this.#idle.splice(0)) await client.end();
  }

  async #work(): Promise<void> {
    const { journalBlocksPerDay, ticketsPerDay, transactionsPerDay, callsPerDay } = TRUTH;
    const client = await this.server.client({ dbname: DATABASE, user: APPLICATION });
    const rows = 2 * journalBlocksPerDay;
    await client.query(
      `INSERT INTO journal (note) SELECT repeat('j', 4000) FROM generate_series(1, ${String(rows)})`,
    );
    await client.query(`INSERT INTO tickets SELECT FROM generate_series(1, ${String(ticketsPerDay)})`);
    await client.query(`CALL burn_transactions(${String(transactionsPerDay)})`);
    for (const [at, [text, values]] of STATEMENTS.entries()) {
      for (let call = 0; call < callsPerDay; call += 1) {
        await client.query({ name: `statement ${String(at)}`, text, values: values(call) });
      }
    }
    await client.end();
    await this.#run('VACUUM ANALYZE customers');
    await this.#run('ANALYZE journal, tickets');
  }

  /** Moves the WAL position on by whole files, each with little in it. */
  async #writeWal(files: number): Promise<void> {
    for (let file = 0; file < files; file += 1) {
      await this.#run("SELECT pg_logical_emit_message(false, 'nights', 'x')");
      await this.#run('SELECT pg_switch_wal()');
    }
  }

  async #connectTo(count: number): Promise<void> {
    while (this.#idle.length < count) {
      const client = await this.server.client({ dbname: DATABASE });
      // The restart of the script ends them.
      client.on('error', () => undefined);
      this.#idle.push(client);
    }
  }

  async #restart(night: number): Promise<void> {
    await this.close();
    await this.server.restart();
    await this.#connectTo(night * TRUTH.connectionsPerDay);
  }

  async #run(sql: string): Promise<void> {
    await this.server.query(sql, { dbname: DATABASE });
  }
}

const DEEDS: ReadonlyMap<number, readonly string[]> = new Map([
  [FAULTS.indexDropped, ['DROP INDEX orders_customer']],
  [FAULTS.indexBack, ['CREATE INDEX orders_customer ON orders (customer)']],
  [
    FAULTS.planFlipped,
    // So many of one kind, all at the end: the planner expects to meet one soon when it goes by id, and does not.
    ["INSERT INTO events SELECT n, 7, 'flip' FROM generate_series(30001, 45000) AS n", 'ANALYZE events'],
  ],
  [FAULTS.planBack, ["DELETE FROM events WHERE note = 'flip'", 'VACUUM ANALYZE events']],
  [FAULTS.slotDropped, ["SELECT pg_drop_replication_slot('leak')"]],
  [FAULTS.bloated, ['UPDATE sessions SET seen = seen + 1', 'ANALYZE sessions']],
  [FAULTS.rewritten, ['VACUUM FULL sessions', 'ANALYZE sessions']],
  [FAULTS.autovacuumOff, ['ALTER TABLE archive SET (autovacuum_enabled = off)']],
  [FAULTS.settingChanged, ["ALTER SYSTEM SET work_mem = '9MB'", 'SELECT pg_reload_conf()']],
  [FAULTS.statisticsReset, ['SELECT pg_stat_reset()', 'SELECT pg_stat_statements_reset()']],
]);
