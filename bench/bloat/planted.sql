-- Relations of all shapes for the bloat experiment: what widths, NULLs, fillfactor, TOAST, posting lists and deletions do
-- to a size. Everything is vacuumed and analyzed afterwards; the tables of
-- schema `stale` change again then.
CREATE SCHEMA planted;
CREATE SCHEMA stale;
SELECT setseed(0.42);

-- Narrow and wide rows, nothing to give back.
CREATE TABLE planted.one_int AS SELECT i FROM generate_series(1, 40000) AS i;
CREATE TABLE planted.plain (id int PRIMARY KEY, n int, at timestamptz, note text);
INSERT INTO planted.plain
  SELECT i, i % 1000, timestamptz '2026-01-01' + i * interval '1 min', 'note ' || i FROM generate_series(1, 30000) AS i;
CREATE INDEX plain_n ON planted.plain (n);
CREATE INDEX plain_at ON planted.plain (at);
CREATE INDEX plain_note ON planted.plain (note);
CREATE INDEX plain_n_note ON planted.plain (n, note);
CREATE TABLE planted.padded AS
  SELECT true AS a, i::int8 AS b, false AS c, i::int8 AS d, 1::int2 AS e, i::int8 AS f FROM generate_series(1, 20000) AS i;
CREATE TABLE planted.many_types (id int8, price numeric(12,2), u uuid, c char(12), day date, ip inet, tags text[], doc jsonb);
INSERT INTO planted.many_types
  SELECT i, i * 1.37, md5(i::text)::uuid, 'ab' || i % 7, date '2026-01-01' + i % 365, ('10.0.' || i % 256 || '.1')::inet,
         ARRAY['a', 'tag' || i % 100], jsonb_build_object('id', i, 'kind', 'k' || i % 5) FROM generate_series(1, 20000) AS i;
CREATE INDEX many_types_price ON planted.many_types (price);
CREATE INDEX many_types_u ON planted.many_types (u);
CREATE INDEX many_types_day ON planted.many_types (day);
CREATE INDEX many_types_c_day ON planted.many_types (c, day);
CREATE INDEX many_types_kind ON planted.many_types ((doc ->> 'kind'));

-- Text of very different lengths.
CREATE TABLE planted.prose (id int PRIMARY KEY, body text);
INSERT INTO planted.prose
  SELECT i, left(repeat(md5(i::text), 8), 1 + (random() * 200)::int) FROM generate_series(1, 20000) AS i;
CREATE INDEX prose_body ON planted.prose (body);
CREATE TABLE planted.long_tail (id int PRIMARY KEY, body text);
INSERT INTO planted.long_tail
  SELECT i, left(repeat(md5(i::text), 40), (10 / (0.009 + random() * 0.99))::int) FROM generate_series(1, 15000) AS i;
CREATE TABLE planted.wide (id int PRIMARY KEY, body text);
ALTER TABLE planted.wide ALTER body SET STORAGE PLAIN;
INSERT INTO planted.wide
  SELECT i, left(repeat(md5(i::text), 60), 1000 + i * 7 % 900) FROM generate_series(1, 4000) AS i;

-- NULLs: alone, in many columns, always together.
CREATE TABLE planted.half_null AS
  SELECT i AS id, CASE WHEN i % 2 = 0 THEN i END AS a, CASE WHEN i % 3 = 0 THEN md5(i::text) END AS b
    FROM generate_series(1, 30000) AS i;
CREATE INDEX half_null_a ON planted.half_null (a);
CREATE INDEX half_null_b ON planted.half_null (b);
CREATE TABLE planted.sparse (id int, a int8, b int8, c text, d text, e int8, f int8, g int8, h int8, j int8, k int8);
INSERT INTO planted.sparse (id, a, c) SELECT i, CASE WHEN i % 20 = 0 THEN i END, 'c' FROM generate_series(1, 30000) AS i;
CREATE INDEX sparse_a ON planted.sparse (a);
CREATE TABLE planted.null_together AS
  SELECT i AS id, CASE WHEN i % 2 = 0 THEN i::int8 END AS a, CASE WHEN i % 2 = 0 THEN i::int8 END AS b,
         CASE WHEN i % 2 = 0 THEN i::int8 END AS c, CASE WHEN i % 2 = 0 THEN md5(i::text) END AS d
    FROM generate_series(1, 30000) AS i;

-- Room that was asked for.
CREATE TABLE planted.roomy (id int PRIMARY KEY, note text) WITH (fillfactor = 60);
INSERT INTO planted.roomy SELECT i, md5(i::text) FROM generate_series(1, 20000) AS i;
CREATE INDEX roomy_note ON planted.roomy (note) WITH (fillfactor = 50);
CREATE INDEX roomy_full ON planted.roomy (note) WITH (fillfactor = 100);
CREATE TABLE planted.roomy_thinned (id int PRIMARY KEY, note text) WITH (fillfactor = 70);
INSERT INTO planted.roomy_thinned SELECT i, md5(i::text) FROM generate_series(1, 30000) AS i;
DELETE FROM planted.roomy_thinned WHERE id % 2 = 0;

-- Deleted: a tenth to nine tenths, spread evenly or from one end.
CREATE TABLE planted.gone_10 (id int PRIMARY KEY, note text);
INSERT INTO planted.gone_10 SELECT i, 'note ' || i FROM generate_series(1, 30000) AS i;
DELETE FROM planted.gone_10 WHERE id % 10 = 0;
CREATE TABLE planted.gone_30 (id int PRIMARY KEY, note text);
INSERT INTO planted.gone_30 SELECT i, 'note ' || i FROM generate_series(1, 30000) AS i;
CREATE INDEX gone_30_note ON planted.gone_30 (note);
DELETE FROM planted.gone_30 WHERE id % 10 < 3;
CREATE TABLE planted.gone_60 (id int PRIMARY KEY, note text, n int);
INSERT INTO planted.gone_60 SELECT i, 'note ' || i, i % 50 FROM generate_series(1, 30000) AS i;
CREATE INDEX gone_60_n ON planted.gone_60 (n);
CREATE INDEX gone_60_both ON planted.gone_60 (n, note);
DELETE FROM planted.gone_60 WHERE id % 10 < 6;
CREATE TABLE planted.gone_90 (id int PRIMARY KEY, note text, n int);
INSERT INTO planted.gone_90 SELECT i, md5(i::text), i % 50 FROM generate_series(1, 40000) AS i;
CREATE INDEX gone_90_n ON planted.gone_90 (n);
DELETE FROM planted.gone_90 WHERE id % 10 <> 0;
CREATE TABLE planted.gone_from_start (id int PRIMARY KEY, at timestamptz, note text);
INSERT INTO planted.gone_from_start
  SELECT i, timestamptz '2026-01-01' + i * interval '1 min', md5(i::text) FROM generate_series(1, 30000) AS i;
CREATE INDEX gone_from_start_at ON planted.gone_from_start (at);
DELETE FROM planted.gone_from_start WHERE id <= 20000;
CREATE TABLE planted.churned (id int PRIMARY KEY, seen timestamptz, note text);
INSERT INTO planted.churned SELECT i, now(), md5(i::text) FROM generate_series(1, 10000) AS i;
CREATE INDEX churned_seen ON planted.churned (seen);
UPDATE planted.churned SET seen = clock_timestamp();
UPDATE planted.churned SET seen = clock_timestamp();
UPDATE planted.churned SET seen = clock_timestamp();

-- Columns that were dropped or added.
CREATE TABLE planted.dropped (id int, filler text, note text);
INSERT INTO planted.dropped SELECT i, repeat('x', 100), 'note ' || i FROM generate_series(1, 20000) AS i;
ALTER TABLE planted.dropped DROP COLUMN filler;
CREATE TABLE planted.dropped_thinned (id int, filler int8, note text);
INSERT INTO planted.dropped_thinned SELECT i, i, 'note ' || i FROM generate_series(1, 30000) AS i;
ALTER TABLE planted.dropped_thinned DROP COLUMN filler;
DELETE FROM planted.dropped_thinned WHERE id % 2 = 0;
CREATE TABLE planted.added (id int, note text);
INSERT INTO planted.added SELECT i, md5(i::text) FROM generate_series(1, 20000) AS i;
ALTER TABLE planted.added ADD COLUMN kind int8 DEFAULT 7;

-- Type name, whose statistics tell of 64 bytes.
CREATE TABLE planted.named (id int, name name, note text);
INSERT INTO planted.named SELECT i, 'name_' || i, 'note' FROM generate_series(1, 20000) AS i;
CREATE INDEX named_name ON planted.named (name);
CREATE TABLE planted.named_thinned (id int, name name);
INSERT INTO planted.named_thinned SELECT i, 'name_' || i FROM generate_series(1, 20000) AS i;
CREATE INDEX named_thinned_name ON planted.named_thinned (name, id);
DELETE FROM planted.named_thinned WHERE id % 3 <> 0;

-- TOAST: outside only, compressed, in some rows, and thinned.
CREATE TABLE planted.toasted (id int PRIMARY KEY, body text, kind text);
ALTER TABLE planted.toasted ALTER body SET STORAGE EXTERNAL;
INSERT INTO planted.toasted SELECT i, repeat(md5(i::text), 300), 'kind' || i % 3 FROM generate_series(1, 3000) AS i;
CREATE TABLE planted.compressed (id int PRIMARY KEY, body text);
INSERT INTO planted.compressed SELECT i, repeat('some text that repeats ' || i, 300) FROM generate_series(1, 8000) AS i;
CREATE TABLE planted.some_toasted (id int PRIMARY KEY, body text);
ALTER TABLE planted.some_toasted ALTER body SET STORAGE EXTERNAL;
INSERT INTO planted.some_toasted
  SELECT i, repeat(md5(i::text), CASE WHEN i % 10 = 0 THEN 100 ELSE 3 END) FROM generate_series(1, 10000) AS i;
CREATE TABLE planted.toast_thinned (id int PRIMARY KEY, body text);
ALTER TABLE planted.toast_thinned ALTER body SET STORAGE EXTERNAL;
INSERT INTO planted.toast_thinned SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, 3000) AS i;
DELETE FROM planted.toast_thinned WHERE id % 3 <> 0;
CREATE TABLE planted.toast_short (id int PRIMARY KEY, body text);
ALTER TABLE planted.toast_short ALTER body SET STORAGE EXTERNAL;
INSERT INTO planted.toast_short SELECT i, repeat(md5(i::text), 80) FROM generate_series(1, 6000) AS i;
DELETE FROM planted.toast_short WHERE id % 3 <> 0;

-- Equal keys: one value, few, very unevenly spread; of columns that follow from each other; and thinned.
CREATE TABLE planted.flags (id int, flag text, grp int);
INSERT INTO planted.flags SELECT i, 'on', i % 100 FROM generate_series(1, 60000) AS i;
CREATE INDEX flags_flag ON planted.flags (flag);
CREATE INDEX flags_grp ON planted.flags (grp);
CREATE TABLE planted.flags_thinned (id int, flag text, grp int);
INSERT INTO planted.flags_thinned SELECT i, 'on', i % 100 FROM generate_series(1, 60000) AS i;
CREATE INDEX flags_thinned_flag ON planted.flags_thinned (flag);
CREATE INDEX flags_thinned_both ON planted.flags_thinned (grp, flag);
DELETE FROM planted.flags_thinned WHERE id % 5 <> 0;
CREATE TABLE planted.skewed (id int, customer int, city text, zip int);
INSERT INTO planted.skewed
  SELECT i, floor(3 / (0.0001 + random()))::int, 'city ' || i % 300, i % 300 * 7 FROM generate_series(1, 40000) AS i;
CREATE INDEX skewed_customer ON planted.skewed (customer);
CREATE INDEX skewed_follows ON planted.skewed (city, zip);
CREATE TABLE planted.pairs AS SELECT i AS id, i / 2 AS pair, md5((i / 3)::text) AS triple FROM generate_series(1, 40000) AS i;
CREATE INDEX pairs_pair ON planted.pairs (pair);
CREATE INDEX pairs_triple ON planted.pairs (triple);

-- Other indexes: of random order, partial, including columns, of expressions, over many columns.
CREATE TABLE planted.random_order (u uuid, d float8);
CREATE INDEX random_order_u ON planted.random_order (u);
INSERT INTO planted.random_order SELECT md5(i::text)::uuid, random() FROM generate_series(1, 40000) AS i;
CREATE INDEX random_order_d ON planted.random_order (d DESC);
CREATE TABLE planted.covering (id int, a int, body text, done bool);
INSERT INTO planted.covering SELECT i, i, md5(i::text), i % 10 = 0 FROM generate_series(1, 30000) AS i;
CREATE INDEX covering_a ON planted.covering (a) INCLUDE (body);
CREATE INDEX covering_todo ON planted.covering (id, body) WHERE done;
CREATE INDEX covering_rest ON planted.covering (done) WHERE NOT done;
CREATE INDEX covering_upper ON planted.covering ((upper(body)));
CREATE INDEX covering_all ON planted.covering (done, a, id, body);
CREATE TABLE planted.partial_thinned (id int, state text, body text);
INSERT INTO planted.partial_thinned
  SELECT i, CASE WHEN i % 4 = 0 THEN 'open' ELSE 'closed' END, md5(i::text) FROM generate_series(1, 40000) AS i;
CREATE INDEX partial_thinned_open ON planted.partial_thinned (id, body) WHERE state = 'open';
CREATE INDEX partial_thinned_state ON planted.partial_thinned (state);
UPDATE planted.partial_thinned SET state = 'closed' WHERE state = 'open' AND id % 3 <> 0;

-- They are deleted from and grow after everything is counted.
CREATE TABLE stale.deleted_since (id int PRIMARY KEY, note text);
INSERT INTO stale.deleted_since SELECT i, md5(i::text) FROM generate_series(1, 30000) AS i;
CREATE TABLE stale.grown_since (id int PRIMARY KEY, note text);
INSERT INTO stale.grown_since SELECT i, md5(i::text) FROM generate_series(1, 10000) AS i;
