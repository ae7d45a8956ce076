/**
 * The demo's database: a small shop as many are, grown over the years. What is wrong with it is planted by
 * plantedFaults.ts; here is what is right.
 */

/** Name of the demo's database. */
export const SHOP_DATABASE = 'shop';

/** Made in database `postgres`, one statement at a time. */
export const SHOP_CLUSTER: readonly string[] = [
  'CREATE ROLE shop_app LOGIN',
  'CREATE ROLE shop_reports LOGIN IN ROLE pg_read_all_data',
  `CREATE DATABASE ${SHOP_DATABASE} OWNER shop_app`,
];

/** Tables and rows, made in the shop's database in one go: about two seconds. */
export const SHOP_TABLES = `
CREATE EXTENSION pg_stat_statements;
CREATE SCHEMA shop AUTHORIZATION shop_app;
SET ROLE shop_app;

CREATE TABLE shop.customers (
  customer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  country char(2) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE shop.products (
  product_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  title text NOT NULL,
  price_cents integer NOT NULL,
  in_stock integer NOT NULL
);
CREATE TABLE shop.orders (
  order_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customers,
  status text NOT NULL,
  coupon text,
  ordered_at timestamptz NOT NULL
);
CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
CREATE INDEX orders_ordered_idx ON shop.orders (ordered_at);
CREATE TABLE shop.order_items (
  order_id bigint NOT NULL REFERENCES shop.orders ON DELETE CASCADE,
  line_no smallint NOT NULL,
  product_id integer NOT NULL REFERENCES shop.products,
  quantity smallint NOT NULL,
  PRIMARY KEY (order_id, line_no)
);
CREATE TABLE shop.invoices (
  invoice_id serial PRIMARY KEY,
  order_id bigint NOT NULL UNIQUE REFERENCES shop.orders,
  issued_on date NOT NULL
);
CREATE TABLE shop.carts (
  cart_id bigint PRIMARY KEY,
  contents jsonb NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE TABLE shop.suppliers (supplier_id integer PRIMARY KEY, name text NOT NULL, city text NOT NULL);
CREATE TABLE shop.page_views (
  viewed_at timestamptz NOT NULL,
  customer_id bigint,
  url text NOT NULL,
  agent text NOT NULL
) PARTITION BY RANGE (viewed_at);
CREATE TABLE shop.page_views_2025 PARTITION OF shop.page_views FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.page_views_later PARTITION OF shop.page_views DEFAULT;
CREATE TABLE shop.imports (import_id integer PRIMARY KEY, file text NOT NULL, loaded_at timestamptz);

INSERT INTO shop.customers (email, name, country, created_at)
  SELECT 'customer' || n || '@example.org', 'Customer ' || n, (ARRAY['AT', 'DE', 'CH', 'IT', 'SI'])[1 + n % 5],
         timestamptz '2023-01-01 00:00:00+00' + n * interval '3 hours'
  FROM generate_series(1, 5000) n;
INSERT INTO shop.products (sku, title, price_cents, in_stock)
  SELECT 'SKU-' || to_char(n, 'FM00000'), 'Product ' || n, 199 + 13 * n % 20000, n * 7 % 100
  FROM generate_series(1, 1000) n;
INSERT INTO shop.orders (customer_id, status, coupon, ordered_at)
  SELECT 1 + n * 7919 % 5000, (ARRAY['new', 'paid', 'sent', 'sent', 'sent', 'returned'])[1 + n % 6],
         CASE WHEN n % 40 = 0 THEN 'SUMMER' || n % 7 END, timestamptz '2025-01-01 00:00:00+00' + n * interval '20 minutes'
  FROM generate_series(1, 20000) n;
INSERT INTO shop.order_items
  SELECT o, l, 1 + (o * 31 + l * 17) % 1000, 1 + (o + l) % 3
  FROM generate_series(1, 20000) o, generate_series(1, 3) l;
INSERT INTO shop.invoices (order_id, issued_on)
  SELECT order_id, ordered_at::date FROM shop.orders WHERE status <> 'new';
INSERT INTO shop.carts
  SELECT n, jsonb_build_object('items', n % 9, 'note', repeat('x', 200)), now() FROM generate_series(1, 5000) n;
INSERT INTO shop.suppliers SELECT n, 'Supplier ' || n, 'City ' || n % 50 FROM generate_series(1, 2000) n;
INSERT INTO shop.page_views
  SELECT timestamptz '2025-01-01 00:00:00+00' + n * interval '5 minutes', n % 5000, '/product/' || n % 1000,
         'Browser/' || n % 12
  FROM generate_series(1, 80000) n;

CREATE MATERIALIZED VIEW shop.sales_by_month AS
  SELECT date_trunc('month', o.ordered_at) AS month, count(DISTINCT o.order_id) AS orders,
         sum(i.quantity * p.price_cents) AS cents
  FROM shop.orders o JOIN shop.order_items i USING (order_id) JOIN shop.products p USING (product_id)
  GROUP BY 1;
RESET ROLE;
`;

/** Run after the rows are there, outside a transaction: from now on the statistics speak of the shop's work alone. */
export const SHOP_MAINTENANCE: readonly string[] = [
  'VACUUM (ANALYZE) shop.customers, shop.products, shop.orders, shop.order_items, shop.invoices, shop.page_views',
  'SELECT pg_stat_statements_reset()',
];

/** What the shop's own programs ask all day, each as often as it stands here times SHOP_ROUNDS. */
export const SHOP_WORKLOAD: readonly string[] = [
  'SELECT name, email FROM shop.customers WHERE customer_id = 1234',
  'SELECT order_id, status FROM shop.orders WHERE customer_id = 321 ORDER BY ordered_at DESC LIMIT 10',
  `SELECT p.title, i.quantity FROM shop.order_items i JOIN shop.products p USING (product_id) WHERE i.order_id = 4711`,
  `SELECT count(*) FROM shop.orders WHERE ordered_at >= '2025-06-01' AND ordered_at < '2025-06-08'`,
  `UPDATE shop.products SET in_stock = in_stock - 1 WHERE product_id = 77`,
  `SELECT * FROM shop.sales_by_month ORDER BY month`,
];

export const SHOP_ROUNDS = 15;
