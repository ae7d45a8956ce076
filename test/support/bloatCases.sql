-- Tables and indexes of known bloat, and sound ones that a coarse estimate takes for bloated; every one is vacuumed and
-- analyzed at the end unless it says otherwise.
CREATE SCHEMA b;
CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA public;

-- Sound: nothing to give back.
CREATE TABLE b.sound (id int PRIMARY KEY, n int, at timestamptz, note text);
INSERT INTO b.sound SELECT i, i % 1000, now(), 'note ' || i FROM generate_series(1, 20000) AS i;
CREATE INDEX sound_n ON b.sound (n);
CREATE INDEX sound_note ON b.sound (note);
-- Sound: fillfactor leaves room on purpose, in the table and in the index.
CREATE TABLE b.roomy (id int PRIMARY KEY, note text) WITH (fillfactor = 60);
INSERT INTO b.roomy SELECT i, md5(i::text) FROM generate_series(1, 20000) AS i;
CREATE INDEX roomy_note ON b.roomy (note) WITH (fillfactor = 50);
-- Sound: alignment costs a quarter of each row.
CREATE TABLE b.padded (a bool, b int8, c bool, d int8, e int2, f int8);
INSERT INTO b.padded SELECT true, i, false, i, 1, i FROM generate_series(1, 20000) AS i;
-- Sound: columns with NULLs, fixed-length names, numerics, arrays.
CREATE TABLE b.mixed (id int8, name name, price numeric(12,2), tags text[], empty text, maybe int, u uuid, c char(5));
INSERT INTO b.mixed SELECT i, 'name_' || i, i * 1.37, ARRAY['a', 'tag' || i], NULL, CASE WHEN i % 3 = 0 THEN i END,
  md5(i::text)::uuid, 'ab' FROM generate_series(1, 15000) AS i;
CREATE INDEX mixed_name ON b.mixed (name);
CREATE INDEX mixed_maybe ON b.mixed (maybe);
CREATE INDEX mixed_u ON b.mixed (u);
CREATE INDEX mixed_lower ON b.mixed ((lower(name::text)));
-- Sound: each value wide enough for few rows a page.
CREATE TABLE b.wide (id int PRIMARY KEY, body text);
INSERT INTO b.wide SELECT i, left(repeat(md5(i::text), 60), 1000 + i * 7 % 900) FROM generate_series(1, 4000) AS i;
ALTER TABLE b.wide ALTER body SET STORAGE PLAIN;
-- Sound: large values in TOAST, pointers in the rows.
CREATE TABLE b.toasted (id int PRIMARY KEY, body text, kind text);
ALTER TABLE b.toasted ALTER body SET STORAGE EXTERNAL;
INSERT INTO b.toasted SELECT i, repeat(md5(i::text), 300), 'kind' || i % 3 FROM generate_series(1, 1500) AS i;
-- Bloated heap and index: nine rows of ten are gone, spread evenly.
CREATE TABLE b.thinned (id int PRIMARY KEY, note text, n int);
INSERT INTO b.thinned SELECT i, 'note ' || i, i % 50 FROM generate_series(1, 60000) AS i;
CREATE INDEX thinned_n ON b.thinned (n);
DELETE FROM b.thinned WHERE id % 10 <> 0;
-- Bloated: half is gone, and a column was dropped whose bytes still lie there.
CREATE TABLE b.dropped (id int, filler text, note text);
INSERT INTO b.dropped SELECT i, repeat('x', 100), 'note ' || i FROM generate_series(1, 30000) AS i;
ALTER TABLE b.dropped DROP COLUMN filler;
DELETE FROM b.dropped WHERE id % 2 = 0;
-- Bloated: updated again and again while nothing was vacuumed.
CREATE TABLE b.churned (id int PRIMARY KEY, seen timestamptz, note text);
INSERT INTO b.churned SELECT i, now(), md5(i::text) FROM generate_series(1, 10000) AS i;
CREATE INDEX churned_seen ON b.churned (seen);
UPDATE b.churned SET seen = clock_timestamp();
UPDATE b.churned SET seen = clock_timestamp();
UPDATE b.churned SET seen = clock_timestamp();
-- Bloated, of one value only: what posting lists hide from who does not know them.
CREATE TABLE b.flags (id int, flag text);
INSERT INTO b.flags SELECT i, 'on' FROM generate_series(1, 50000) AS i;
CREATE INDEX flags_flag ON b.flags (flag);
CREATE TABLE b.flags_thinned (id int, flag text, grp int);
INSERT INTO b.flags_thinned SELECT i, 'on', i % 100 FROM generate_series(1, 80000) AS i;
CREATE INDEX flags_thinned_flag ON b.flags_thinned (flag);
CREATE INDEX flags_thinned_both ON b.flags_thinned (grp, flag);
DELETE FROM b.flags_thinned WHERE id % 5 <> 0;
-- Bloated TOAST: two values of three are gone.
CREATE TABLE b.toast_thinned (id int PRIMARY KEY, body text);
ALTER TABLE b.toast_thinned ALTER body SET STORAGE EXTERNAL;
INSERT INTO b.toast_thinned SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, 1500) AS i;
DELETE FROM b.toast_thinned WHERE id % 3 <> 0;
-- An index that grew in random order: as full as such indexes are.
CREATE TABLE b.random (u uuid, d float8);
CREATE INDEX random_u ON b.random (u);
INSERT INTO b.random SELECT md5(i::text)::uuid, i FROM generate_series(1, 30000) AS i;
CREATE INDEX random_d ON b.random (d DESC);
-- An index that includes columns, and a partial one.
CREATE TABLE b.covering (id int, a int, body text, done bool);
INSERT INTO b.covering SELECT i, i, md5(i::text), i % 10 = 0 FROM generate_series(1, 30000) AS i;
CREATE INDEX covering_a ON b.covering (a) INCLUDE (body);
CREATE INDEX covering_todo ON b.covering (id, body) WHERE done;
-- Sound: most keys are NULL, the others wide.
CREATE TABLE b.half_null (id int, code text);
INSERT INTO b.half_null SELECT i, CASE WHEN i % 3 = 0 THEN md5(i::text) END FROM generate_series(1, 30000) AS i;
CREATE INDEX half_null_code ON b.half_null (code);
-- Sound: numerics of two lengths, which alignment tells apart.
CREATE TABLE b.prices (price numeric(12,2));
INSERT INTO b.prices SELECT i * 1.37 FROM generate_series(1, 20000) AS i;
CREATE INDEX prices_price ON b.prices (price);
