/** A fault that the demo plants, so that people see what pgdba shows of it. */
export interface PlantedFault {
  /** Stable snake_case word. */
  readonly name: string;
  readonly object: { readonly type: string; readonly name: string };
  /** What it is and why it hurts, in a sentence for people. */
  readonly what: string;
  /** Statements that plant it, run one by one outside a transaction. One with an expected failure is marked. */
  readonly plant: readonly (string | { readonly failing: string })[];
  /** Where `inspect` shows it: a row of this section with these values; null = it takes a later command to see it. */
  readonly shown: { readonly section: string; readonly row: Readonly<Record<string, Expectation>> } | null;
}

/** A value that a column must have: this very one, or one that a function accepts. */
export type Expectation = string | number | boolean | null | ((value: unknown) => boolean);

const atLeast =
  (least: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least;

const contains =
  (part: string) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value.includes(part);

/** All planted faults, in the order in which they are planted: what waits for nobody comes before what holds on. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'unused_index',
    object: { type: 'index', name: 'shop.orders_coupon_idx' },
    what: 'an index that no query ever used: each insert pays for it',
    plant: ['CREATE INDEX orders_coupon_idx ON shop.orders (coupon)'],
    shown: { section: 'pg_stat_user_indexes', row: { indexrelname: 'orders_coupon_idx', idx_scan: 0 } },
  },
  {
    name: 'duplicate_index',
    object: { type: 'index', name: 'shop.customers_email_idx' },
    what: 'an index on the same column as the unique constraint customers_email_key',
    plant: ['CREATE INDEX customers_email_idx ON shop.customers (email)'],
    shown: null,
  },
  {
    name: 'invalid_index',
    object: { type: 'index', name: 'shop.customers_name_key' },
    what: 'left behind by a CREATE UNIQUE INDEX CONCURRENTLY that met duplicates: written to, never read',
    plant: [
      "UPDATE shop.customers SET name = 'Customer 1' WHERE customer_id = 2",
      { failing: 'CREATE UNIQUE INDEX CONCURRENTLY customers_name_key ON shop.customers (name)' },
    ],
    shown: { section: 'pg_stat_user_indexes', row: { indexrelname: 'customers_name_key', is_valid: false } },
  },
  {
    name: 'missing_foreign_key_index',
    object: { type: 'constraint', name: 'shop.order_items.order_items_product_id_fkey' },
    what: 'no index on order_items.product_id: deleting one product reads all 60,000 items',
    plant: [
      `INSERT INTO shop.products (sku, title, price_cents, in_stock) VALUES ('SKU-GONE', 'Gone', 1, 0)`,
      `DELETE FROM shop.products WHERE sku = 'SKU-GONE'`,
    ],
    shown: null,
  },
  {
    name: 'bloated_table',
    object: { type: 'table', name: 'shop.carts' },
    what: 'autovacuum was switched off for it, and every row was updated many times: most of it is dead',
    plant: [
      'ALTER TABLE shop.carts SET (autovacuum_enabled = off)',
      ...Array.from({ length: 6 }, () => 'UPDATE shop.carts SET seen_at = clock_timestamp()'),
      'ANALYZE shop.carts',
    ],
    shown: { section: 'pg_stat_user_tables', row: { relname: 'carts', n_dead_tup: atLeast(10_000) } },
  },
  {
    name: 'never_analyzed_table',
    object: { type: 'table', name: 'shop.suppliers' },
    what: 'the planner knows nothing about it: it was filled and never analyzed',
    plant: ['ALTER TABLE shop.suppliers SET (autovacuum_enabled = off)'],
    shown: {
      section: 'pg_stat_user_tables',
      row: { relname: 'suppliers', last_analyze: null, last_autoanalyze: null, n_live_tup: atLeast(1000) },
    },
  },
  {
    name: 'sequence_near_its_end',
    object: { type: 'sequence', name: 'shop.invoices_invoice_id_seq' },
    what: 'an integer sequence at 99.9 %: in a few thousand invoices every insert fails',
    plant: [`SELECT setval('shop.invoices_invoice_id_seq', 2147480000)`],
    shown: {
      section: 'pg_sequences',
      row: { sequencename: 'invoices_invoice_id_seq', used_ratio: atLeast(0.999) },
    },
  },
  {
    name: 'slow_statement',
    object: { type: 'query', name: 'page views by product' },
    what: 'a report that reads and sorts every page view, again and again, where no index can help it',
    plant: Array.from(
      { length: 5 },
      (_, n) =>
        `SELECT url, count(DISTINCT md5(agent || customer_id)) FROM shop.page_views WHERE url <> '/product/${String(n)}' GROUP BY url`,
    ),
    shown: {
      section: 'pg_stat_statements',
      row: { query: contains('count(DISTINCT md5(agent'), calls: atLeast(5) },
    },
  },
  {
    name: 'setting_waits_for_restart',
    object: { type: 'setting', name: 'max_connections' },
    what: 'changed and reloaded, but it takes a restart: the server still runs with the old value',
    plant: ["ALTER SYSTEM SET max_connections = '120'", 'SELECT pg_reload_conf()'],
    shown: { section: 'pg_settings', row: { name: 'max_connections', pending_restart: true } },
  },
  {
    name: 'inactive_replication_slot',
    object: { type: 'replication_slot', name: 'retired_replica' },
    what: 'the replica is gone, and its slot keeps WAL on the disk for ever',
    plant: [`SELECT pg_create_physical_replication_slot('retired_replica', true)`],
    shown: { section: 'pg_replication_slots', row: { slot_name: 'retired_replica', active: false } },
  },
  {
    name: 'forgotten_prepared_transaction',
    object: { type: 'session', name: 'nightly-import' },
    what: 'prepared and never committed: it keeps its locks and holds VACUUM back, even over a restart',
    plant: [
      `BEGIN; INSERT INTO shop.imports VALUES (1, 'prices.csv', now()); PREPARE TRANSACTION 'nightly-import'`,
    ],
    shown: { section: 'pg_prepared_xacts', row: { gid: 'nightly-import' } },
  },
];

/** Faults that are there while the tour runs, made by PLANTED_SESSIONS. */
export const SESSION_FAULTS: readonly PlantedFault[] = [
  {
    name: 'idle_in_transaction',
    object: { type: 'session', name: 'shop checkout' },
    what: 'a checkout that changed an order, never committed, and waits for its customer',
    plant: [],
    shown: {
      section: 'pg_stat_activity',
      row: { application_name: 'shop checkout', state: 'idle in transaction' },
    },
  },
  {
    name: 'blocked_sessions',
    object: { type: 'session', name: 'shop backoffice' },
    what: 'two sessions that want the same order wait behind that checkout, one behind the other',
    plant: [],
    shown: { section: 'pg_locks', row: { application_name: 'shop checkout', is_root: true } },
  },
];

const ORDER_UNDER_LOCK = "UPDATE shop.orders SET status = 'paid' WHERE order_id = 1";

/** A session that misbehaves while the tour runs and ends with it. */
export interface PlantedSession {
  readonly applicationName: string;
  readonly statements: readonly string[];
  /** Whether its statements wait for a lock and are never answered. */
  readonly waits: boolean;
}

/** In the order in which they come. */
export const PLANTED_SESSIONS: readonly PlantedSession[] = [
  { applicationName: 'shop checkout', statements: ['BEGIN', ORDER_UNDER_LOCK], waits: false },
  { applicationName: 'shop backoffice', statements: [ORDER_UNDER_LOCK], waits: true },
  { applicationName: 'shop shipping', statements: [ORDER_UNDER_LOCK], waits: true },
];
