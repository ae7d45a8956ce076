-- As in shopWorkload.sql: written down before any tool was asked.
-- The table lies in the order of time: BRIN of a few pages finds a stretch of it as well as a btree of 24 MB.
-- wants: app.metrics brin (at)
SELECT avg(value) FROM metrics WHERE at >= '2024-02-01' AND at < '2024-02-04';
SELECT count(*), max(value) FROM metrics WHERE at >= '2024-02-10' AND at < '2024-02-14';
-- One device's rows lie everywhere; its latest ones, and a stretch of them.
-- wants: app.metrics btree (device, at) | app.metrics btree (device, at) INCLUDE (value)
SELECT at, value FROM metrics WHERE device = 7 ORDER BY at DESC LIMIT 1;
SELECT at, value FROM metrics WHERE device = 8 AND at >= '2024-02-01' AND at < '2024-02-15';
-- These came in no order: no BRIN.
-- wants: app.events btree (at)
SELECT id, message FROM events WHERE at >= '2024-01-20 10:00+00' AND at < '2024-01-20 12:00+00';
-- wants: app.events btree (kind, at)
SELECT id, message FROM events WHERE kind = 7 AND at >= '2024-02-01' AND at < '2024-02-02';
-- wants: app.events btree (host)
SELECT count(*), max(message) FROM events WHERE host = 'host-17';
-- wants: app.alarms btree (raised) WHERE NOT closed | app.alarms btree (id) WHERE NOT closed | app.alarms btree (closed) WHERE NOT closed
SELECT id, raised, level FROM alarms WHERE NOT closed ORDER BY raised;
-- wants: app.samples btree (sensor, at) | app.samples btree (sensor)
SELECT at, value FROM samples WHERE sensor = 42 AND at >= '2024-02-10' AND at < '2024-03-10';
-- A partition read whole needs no index.
SELECT sum(value) FROM samples WHERE at >= '2024-02-01' AND at < '2024-03-01';
-- against: alarms(level) low_selectivity
SELECT count(*) FROM alarms WHERE level = 1;
-- against: rollups(total) small_table
SELECT day FROM rollups WHERE total = 5;
-- against: events(at) most_rows_match
SELECT sum(length(message)) FROM events WHERE at >= '2024-01-03';
-- Trigrams only where pg_trgm is there.
SELECT id FROM events WHERE message LIKE '%deadbeef%';
SELECT d.site, avg(m.value) FROM metrics AS m JOIN devices AS d ON d.id = m.device GROUP BY d.site;
