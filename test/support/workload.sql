-- What leaves traces in the cumulative statistics. Those are not cloned with a database, so it runs on every clone.
SELECT count(*) FROM shop.customers WHERE country = 'AT';
SELECT name FROM shop.customers WHERE customer_id = 42;
SELECT o.order_id, shop.order_total(o.order_id) FROM shop.orders o WHERE o.customer_id = 7 ORDER BY 1;
SELECT p.title, sum(i.quantity) FROM shop.order_items i JOIN shop.products p USING (product_id) GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
UPDATE shop.orders SET status = 'paid' WHERE status = 'new' AND order_id % 50 = 0;
UPDATE shop.sessions SET seen_at = now() WHERE customer_id < 100;
DELETE FROM shop.sessions WHERE customer_id > 280;
SELECT count(*) FROM shop.payments WHERE paid_on >= date '2025-01-01';
SELECT "select" FROM "Odd Names"."Mixed Case ""Table""" WHERE "select" = 'select 7';
SELECT nextval('"Odd Names"."A Sequence"');
VACUUM shop.sessions;
ANALYZE shop.orders;
