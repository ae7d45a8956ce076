-- What comes after everything in queryFaults.sql was vacuumed and analyzed, of which reused is analyzed once more.
INSERT INTO f.reused SELECT i, 'note' FROM generate_series(100001, 136000) AS i;
DELETE FROM f.reused WHERE n > 100000 AND n % 10 <> 0;
-- Never analyzed, and a decoy too small to matter.
CREATE TABLE f.never_analyzed (id int);
INSERT INTO f.never_analyzed SELECT generate_series(1, 1000);
CREATE INDEX never_analyzed_id ON f.never_analyzed (id);
CREATE TABLE f.d_never_analyzed (id int);
INSERT INTO f.d_never_analyzed SELECT generate_series(1, 40);
CREATE INDEX expression_unknown ON f.t ((c1 + c2));

DELETE FROM f."Dead.""😀" WHERE id <= 300;
DELETE FROM f.d_dead WHERE id <= 90;
UPDATE f.stale SET note = 'y' WHERE id <= 200;
UPDATE f.d_stale SET note = 'y' WHERE id <= 90;
ALTER TABLE f.switched_off SET (autovacuum_enabled = off);
ALTER TABLE f.toast_switched_off SET (toast.autovacuum_enabled = off);
ALTER TABLE f.own_threshold SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10);
DELETE FROM f.own_threshold WHERE id <= 20;
ALTER TABLE f.d_own_threshold SET (autovacuum_vacuum_scale_factor = 0.9, autovacuum_analyze_scale_factor = 0.9);
DELETE FROM f.d_own_threshold WHERE id <= 300;
ALTER TABLE f.old SET (autovacuum_freeze_max_age = 100000);
ALTER TABLE f.d_old SET (autovacuum_freeze_max_age = 100000);
ALTER TABLE f.old_toast SET (toast.autovacuum_freeze_max_age = 100000);
-- A long way back, for these alone: nobody vacuums here.
UPDATE pg_catalog.pg_class AS c
   SET relfrozenxid = ((age('3'::xid) + 3 - a.age + 4294967296) % 4294967296)::text::xid
  FROM (VALUES ('f.old'::regclass, 150000), ('f.d_old', 90000),
               ((SELECT o.reltoastrelid FROM pg_class AS o WHERE o.oid = 'f.old_toast'::regclass), 150000)) AS a(oid, age)
 WHERE c.oid = a.oid;
