-- Indexes with faults, and decoys that a coarse comparison takes for faulty.
CREATE SCHEMA x;
CREATE TABLE x.t (c1 int, c2 int, c3 text, c4 text, c5 text, c6 int, c7 int, c8 int, c9 int, c10 int, c11 int, c12 int);
INSERT INTO x.t SELECT i, i, 'v' || i, 'w' || i, 'u' || i, i, i, i, i, i, i, i FROM generate_series(1, 3000) AS i;
-- Decoy: column 1 is no beginning of columns 12 and 3.
CREATE INDEX d_c1 ON x.t (c1);
CREATE INDEX d_c12_c3 ON x.t (c12, c3);
-- Decoys: another direction, NULLs elsewhere, another operator class, another collation, another predicate, another key.
CREATE INDEX d_c2 ON x.t (c2);
CREATE INDEX d_c2_desc ON x.t (c2 DESC, c6);
CREATE INDEX d_c2_nulls ON x.t (c2 NULLS FIRST, c7);
CREATE INDEX d_c3 ON x.t (c3);
CREATE INDEX d_c3_pattern ON x.t (c3 text_pattern_ops);
CREATE INDEX d_c3_c ON x.t (c3 COLLATE "POSIX", c8);
CREATE INDEX d_c9_some ON x.t (c9) WHERE c9 > 10;
CREATE INDEX d_c9_more ON x.t (c9, c10) WHERE c9 > 20;
CREATE INDEX d_lower ON x.t (lower(c4));
CREATE INDEX d_upper ON x.t (upper(c4), c6);
-- Decoys: INCLUDE is no key, and a unique one is never redundant.
CREATE INDEX d_incl ON x.t (c10) INCLUDE (c11);
CREATE INDEX d_incl_key ON x.t (c11, c10);
CREATE UNIQUE INDEX d_unique ON x.t (c7);
CREATE INDEX d_unique_wide ON x.t (c7, c8);
-- Faults: a twin, a twin of a constraint, a beginning, the same expression and predicate written elsewhere.
CREATE INDEX f_twin_small ON x.t (c5);
CREATE INDEX f_twin_large ON x.t (c5) WITH (fillfactor = 30);
ALTER TABLE x.t ADD CONSTRAINT f_c8_key UNIQUE (c8);
CREATE INDEX f_c8_twin ON x.t (c8);
CREATE INDEX f_c6 ON x.t (c6);
CREATE INDEX f_c6_c7 ON x.t (c6, c7);
CREATE INDEX f_expr ON x.t (lower(c5)) WHERE c1 > 5;
CREATE INDEX f_expr_wide ON x.t   (lower(  c5 ), c2)   WHERE   c1 > 5;
CREATE INDEX f_incl ON x.t (c12) INCLUDE (c1);
CREATE INDEX f_incl_less ON x.t (c12);
-- Faults: invalid ones, the name with everything that must be quoted.
CREATE TABLE x."Odd ""table"".😀
" ("Key" int, v int);
INSERT INTO x."Odd ""table"".😀
" SELECT i, 1 FROM generate_series(1, 500) AS i;
CREATE INDEX "Odd ""index"".😀
" ON x."Odd ""table"".😀
" ("Key");
-- Guards: a foreign key's columns, the replica identity, the index of a partitioned table.
CREATE TABLE x.parent (id int PRIMARY KEY);
CREATE TABLE x.child (id int, parent_id int REFERENCES x.parent, ident int NOT NULL);
CREATE INDEX g_fk ON x.child (parent_id);
CREATE UNIQUE INDEX g_ident ON x.child (ident);
ALTER TABLE x.child REPLICA IDENTITY USING INDEX g_ident;
INSERT INTO x.parent VALUES (1);
INSERT INTO x.child SELECT i, 1, i FROM generate_series(1, 500) AS i;
CREATE TABLE x.parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE x.parts_1 PARTITION OF x.parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE x.parts_2 PARTITION OF x.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO x.parts SELECT i, date '2025-06-01' + i % 400 FROM generate_series(1, 1000) AS i;
CREATE INDEX g_parts ON x.parts (id);
CREATE INDEX g_on_only ON ONLY x.parts (at);
-- Faults: a table that was never analyzed, and an expression that was not.
CREATE TABLE x.unknown (id int);
INSERT INTO x.unknown SELECT generate_series(1, 1000);
CREATE INDEX f_unknown ON x.unknown (id);
-- Decoy: nothing is in it.
CREATE TABLE x.empty (id int PRIMARY KEY);
