-- One database with faults for all query commands at once, and decoys: near misses that none of them may report. Names
-- begin with d_ where nothing is wrong. Everything is vacuumed and analyzed between this file and queryFaultsLater.sql.
CREATE SCHEMA f;
CREATE SCHEMA "Odd ""schema"".😀
";
CREATE EXTENSION pg_stat_statements SCHEMA "Odd ""schema"".😀
";
GRANT USAGE ON SCHEMA f, "Odd ""schema"".😀
" TO PUBLIC;

-- Bloat of a table and its index: nine rows of ten are gone.
CREATE TABLE "Odd ""schema"".😀
"."Thinned.""Table""" (id int PRIMARY KEY, note text);
INSERT INTO "Odd ""schema"".😀
"."Thinned.""Table""" SELECT i, 'note ' || i FROM generate_series(1, 30000) AS i;
DELETE FROM "Odd ""schema"".😀
"."Thinned.""Table""" WHERE id % 10 <> 0;
-- Bloat of TOAST alone.
CREATE TABLE f.documents (id int PRIMARY KEY, body text);
ALTER TABLE f.documents ALTER body SET STORAGE EXTERNAL;
INSERT INTO f.documents SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, 300) AS i;
DELETE FROM f.documents WHERE id % 3 <> 0;
-- Bloat of an index alone: the table's space is used again, that of the index is not, as keys only grow. Continued later.
CREATE TABLE f.reused (n int NOT NULL, note text);
INSERT INTO f.reused SELECT i, 'note' FROM generate_series(1, 40000) AS i;
CREATE INDEX reused_n ON f.reused (n);
DELETE FROM f.reused WHERE n % 10 <> 0;
-- Bloat of an index that only a REINDEX with locks can build anew.
CREATE TABLE f.excluding (n int NOT NULL, CONSTRAINT excluding_n EXCLUDE (n WITH =));
INSERT INTO f.excluding SELECT i FROM generate_series(1, 20000) AS i;
DELETE FROM f.excluding WHERE n <= 10000 OR n % 10 <> 0;
-- Decoys: room that fillfactor leaves, alignment, NULLs, TOAST that is full.
CREATE TABLE f.d_roomy (id int PRIMARY KEY, note text) WITH (fillfactor = 50);
INSERT INTO f.d_roomy SELECT i, md5(i::text) FROM generate_series(1, 10000) AS i;
CREATE INDEX d_roomy_note ON f.d_roomy (note) WITH (fillfactor = 40);
CREATE TABLE f.d_padded (a bool, b int8, c bool, d int8, e int2, f int8);
INSERT INTO f.d_padded SELECT true, i, false, i, 1, i FROM generate_series(1, 10000) AS i;
CREATE TABLE f.d_full (id int PRIMARY KEY, body text);
ALTER TABLE f.d_full ALTER body SET STORAGE EXTERNAL;
INSERT INTO f.d_full SELECT i, repeat(md5(i::text), 300) FROM generate_series(1, 200) AS i;
-- Decoy: one value only, which PostgreSQL 13 keeps in posting lists.
CREATE TABLE f.d_flags (flag text, n int);
INSERT INTO f.d_flags SELECT 'on', i FROM generate_series(1, 20000) AS i;
CREATE INDEX d_flags_flag ON f.d_flags (flag);

-- Indexes: twins, beginnings, leftovers.
CREATE TABLE f.t (c1 int, c2 int, c3 text, c4 text, c5 text, c6 int, c7 int, c8 int, c9 int, c10 int, c11 int, c12 int);
INSERT INTO f.t SELECT i, i, 'v' || i, 'w' || i, 'u' || i, i, i, i, i, i, i, i FROM generate_series(1, 2000) AS i;
CREATE INDEX twin_small ON f.t (c5);
CREATE INDEX twin_large ON f.t (c5) WITH (fillfactor = 30);
ALTER TABLE f.t ADD CONSTRAINT c8_key UNIQUE (c8);
CREATE INDEX "C8.twin ""😀""" ON f.t (c8);
CREATE INDEX c6_alone ON f.t (c6);
CREATE INDEX c6_c7 ON f.t (c6, c7);
CREATE INDEX lower_some ON f.t (lower(c5)) WHERE c1 > 5;
CREATE INDEX lower_wide ON f.t   (lower(  c5 ), c2)   WHERE   c1 > 5;
CREATE INDEX including ON f.t (c12) INCLUDE (c1);
CREATE INDEX including_less ON f.t (c12);
CREATE INDEX never_scanned ON f.t (c11);
-- Decoys: other columns, direction, NULLs, operator class, collation, predicate, key; a unique one is never redundant.
-- Each is used while no other could take its place.
SET enable_seqscan = off;
CREATE INDEX d_c1 ON f.t (c1);
SELECT count(*) FROM f.t WHERE c1 = 5;
CREATE INDEX d_c10_c3 ON f.t (c10, c3);
SELECT count(*) FROM f.t WHERE c10 = 5;
CREATE INDEX d_c2 ON f.t (c2);
SELECT count(*) FROM f.t WHERE c2 = 5;
CREATE INDEX d_c2_desc ON f.t (c2 DESC, c6);
SELECT c2, c6 FROM f.t ORDER BY c2 DESC, c6 LIMIT 5;
CREATE INDEX d_c3 ON f.t (c3);
SELECT count(*) FROM f.t WHERE c3 > 'v5';
CREATE INDEX d_c3_pattern ON f.t (c3 text_pattern_ops);
SELECT count(*) FROM f.t WHERE c3 ~>~ 'v5';
CREATE INDEX d_c3_posix ON f.t (c3 COLLATE "POSIX", c8);
SELECT count(*) FROM f.t WHERE c3 COLLATE "POSIX" > 'v5';
CREATE INDEX d_c9_some ON f.t (c9) WHERE c9 > 10;
SELECT count(*) FROM f.t WHERE c9 = 15;
CREATE INDEX d_c9_more ON f.t (c9, c4) WHERE c9 > 20;
SELECT c9, c4 FROM f.t WHERE c9 > 20 ORDER BY c9, c4 LIMIT 5;
CREATE INDEX d_unique_wide ON f.t (c7, c8);
SELECT count(*) FROM f.t WHERE c7 = 5;
CREATE UNIQUE INDEX d_unique ON f.t (c7);
SELECT count(*) FROM f.d_flags WHERE flag = 'on';
SELECT count(*) FROM f.d_roomy WHERE note = 'x';
SELECT count(*) FROM f.reused WHERE n = 10;
RESET enable_seqscan;
-- Decoys: never scanned, and yet somebody needs them.
CREATE TABLE f.d_parent (id int PRIMARY KEY);
CREATE TABLE f.d_child (id int, parent_id int REFERENCES f.d_parent, ident int NOT NULL);
CREATE INDEX d_foreign_key ON f.d_child (parent_id);
CREATE UNIQUE INDEX d_identity ON f.d_child (ident);
ALTER TABLE f.d_child REPLICA IDENTITY USING INDEX d_identity;
INSERT INTO f.d_parent VALUES (1);
INSERT INTO f.d_child SELECT i, 1, i FROM generate_series(1, 500) AS i;
CREATE TABLE f.d_slots (at int4range, EXCLUDE USING gist (at WITH &&));
INSERT INTO f.d_slots SELECT int4range(i * 10, i * 10 + 5) FROM generate_series(1, 500) AS i;
-- An index that could not be built.
CREATE TABLE f.doubles (v int);
INSERT INTO f.doubles SELECT 1 FROM generate_series(1, 500) AS i;

-- An index that REINDEX CONCURRENTLY will leave behind.
CREATE TABLE f.rebuilt (n int NOT NULL);
INSERT INTO f.rebuilt SELECT generate_series(1, 500);
CREATE INDEX rebuilt_n ON f.rebuilt (n);

-- What vacuum neglects, and decoys just within their thresholds.
CREATE TABLE f."Dead.""😀" (id int PRIMARY KEY, note text);
INSERT INTO f."Dead.""😀" SELECT i, 'x' FROM generate_series(1, 1000) AS i;
CREATE TABLE f.d_dead (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.stale (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.d_stale (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.switched_off (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.toast_switched_off (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.own_threshold (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.d_own_threshold (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.old (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.old_toast (LIKE f."Dead.""😀" INCLUDING ALL);
CREATE TABLE f.d_old (LIKE f."Dead.""😀" INCLUDING ALL);
INSERT INTO f.d_dead SELECT * FROM f."Dead.""😀";
INSERT INTO f.stale SELECT * FROM f."Dead.""😀";
INSERT INTO f.d_stale SELECT * FROM f."Dead.""😀";
INSERT INTO f.switched_off SELECT * FROM f."Dead.""😀";
INSERT INTO f.toast_switched_off SELECT * FROM f."Dead.""😀";
INSERT INTO f.own_threshold SELECT * FROM f."Dead.""😀";
INSERT INTO f.d_own_threshold SELECT * FROM f."Dead.""😀";
INSERT INTO f.old SELECT * FROM f."Dead.""😀";
INSERT INTO f.old_toast SELECT * FROM f."Dead.""😀";
INSERT INTO f.d_old SELECT * FROM f."Dead.""😀";

-- What statements are slow on, and what is locked.
CREATE TABLE f.customers AS SELECT i AS id, 'user' || i || '@example.org' AS email FROM generate_series(1, 5000) AS i;
CREATE INDEX d_customers_email ON f.customers (email);
GRANT SELECT ON f.customers TO PUBLIC;
CREATE TABLE f."Queue ""of"".😀
" (id int PRIMARY KEY, v int);
INSERT INTO f."Queue ""of"".😀
" VALUES (1, 1), (2, 2);
CREATE TABLE f.kept (id int);
CREATE TABLE f.built (id int);
INSERT INTO f.built SELECT i FROM generate_series(1, 2000) AS i;
