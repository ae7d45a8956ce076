-- What a person who administers databases would build, written down before any tool was asked. `wants` names an index; what is as
-- good stands behind |. `against` names what an answer must advise against.
-- wants: app.orders btree (customer_id, placed_at)
SELECT id, total, note FROM orders WHERE customer_id = 77 AND placed_at >= '2022-10-10' AND placed_at < '2022-10-12';
SELECT id, total, note FROM orders WHERE customer_id = 78 ORDER BY placed_at DESC LIMIT 10;
-- The view's status is a third of the orders: the order's own index serves it.
SELECT total FROM paid_orders WHERE customer_id = 12 AND placed_at >= '2022-10-10' AND placed_at < '2022-10-12';
-- wants: app.orders btree (placed_at) WHERE status = 'pending'
SELECT id, total, placed_at FROM orders WHERE status = 'pending' ORDER BY placed_at LIMIT 20;
-- wants: app.orders btree (shipped_at) | app.orders btree (shipped_at) WHERE shipped_at IS NULL | app.orders btree (id) WHERE shipped_at IS NULL
SELECT id, note FROM orders WHERE shipped_at IS NULL;
-- The primary key of the lines begins with the product; nobody finds an order's lines by it.
-- wants: app.lines btree (order_id)
SELECT o.total, l.qty FROM orders AS o JOIN lines AS l ON l.order_id = o.id WHERE o.id = 99;
-- Deleted products make the server look for their ratings.
-- wants: app.ratings btree (product_id)
SELECT r.stars FROM products AS p JOIN ratings AS r ON r.product_id = p.id WHERE p.id = 5;
-- A warehouse's moves lie on every page of the table: only an index that holds the sum's column spares reading it.
-- wants: app.moves btree (warehouse) INCLUDE (qty) | app.moves btree (warehouse, qty)
SELECT sum(qty) FROM moves WHERE warehouse = 5;
-- wants: app.tickets btree (priority DESC NULLS LAST, due) | app.tickets btree (priority NULLS FIRST, due DESC)
SELECT id, priority, due FROM tickets ORDER BY priority DESC NULLS LAST, due LIMIT 20;
-- wants: app.customers btree (lower(email))
SELECT id FROM customers WHERE lower(email) = 'x@example.com';
-- An OR of two columns takes an index for each.
-- wants: app.customers btree (phone)
-- wants: app.customers btree (email)
SELECT id, name FROM customers WHERE phone = '+4977' OR email = 'User1@example.com';
-- The collation does not compare byte by byte.
-- wants: app.products btree (sku text_pattern_ops)
SELECT id FROM products WHERE sku LIKE 'AB12%';
-- wants: app.products gin (body jsonb_path_ops) | app.products gin (body)
SELECT id FROM products WHERE body @> '{"kind": "k7"}';
-- wants: app.products gin (tags)
SELECT id FROM products WHERE tags @> ARRAY['t5'];
-- wants: app.carts btree (session_key)
UPDATE carts SET touched = now() WHERE session_key = 'abc';
-- wants: app.invoices btree (number)
SELECT * FROM invoices WHERE number IN ('R-17', 'R-18', 'R-19');
-- wants: app.invoices btree (((issued_at)::date))
SELECT id, number FROM invoices WHERE issued_at::date = '2021-05-05';
-- wants: app.audit btree (made_at)
SELECT max(made_at) FROM audit;
-- wants: app.readings btree (sensor) | app.readings btree (sensor) INCLUDE (value)
SELECT sum(value) FROM readings WHERE sensor = 42;
-- wants: Odd Schema.Gift "Card".😀 btree (U&"Code\000AHash")
SELECT "Id", "Größe" FROM "Odd Schema"."Gift ""Card"".😀" WHERE "Code
Hash" = 'c77';
-- against: settings(code) small_table
SELECT * FROM settings WHERE code = 5;
-- against: prices(region) already_served
SELECT * FROM prices WHERE region = 5;
SELECT * FROM prices WHERE product = 7 AND region = 99;
-- against: prices(amount) most_rows_match
SELECT * FROM prices WHERE amount > 10;
-- against: coupons(code) already_served
SELECT * FROM coupons WHERE code = 'sku5' AND pad = 'x';
-- An index is read backwards as well.
SELECT * FROM coupons ORDER BY expires DESC LIMIT 5;
-- against: coupons(token) already_served
SELECT * FROM coupons WHERE token = 'abc';
-- against: customers(newsletter) low_selectivity
SELECT id FROM customers WHERE newsletter;
-- A zip is of one city, and the city has its index: the planner believes in twice the narrowing.
-- against: customers(city) already_served
-- misses: customers gain_not_real
SELECT name FROM customers WHERE city = 5 AND zip = 10005;
-- against: counters(page) write_cost
SELECT * FROM counters WHERE page = 3;
-- against: far(code) foreign_table
SELECT * FROM far WHERE code = 5;
SELECT * FROM orders WHERE id = 5;
SELECT bogus syntax here;
SELECT * FROM nowhere WHERE a = 1;
SET work_mem = '4MB';
