-- What the tests of query analyze plan on: each table for one fault, or for what looks like one. The tests analyze all
-- of it afterwards, but for the tables "old" and "new".
CREATE SCHEMA lab;
SET search_path = lab;
CREATE TABLE addresses AS SELECT g AS id, g % 200 AS city, (g % 200) * 7 AS zip, 'x' || g AS note FROM generate_series(1, 60000) AS g;
CREATE TABLE known AS TABLE addresses;
ALTER TABLE known ALTER city SET STATISTICS 1000, ALTER zip SET STATISTICS 1000;
CREATE STATISTICS known_city_zip (dependencies, mcv) ON city, zip FROM known;
CREATE TABLE old AS SELECT 1 AS k FROM generate_series(1, 100) AS g;
ANALYZE old;
INSERT INTO old SELECT 2 FROM generate_series(1, 5000);
CREATE TABLE users AS
  SELECT g AS id, 'User' || g || '@example.org' AS email, g::text AS code, ('v' || g)::varchar(20) AS nick,
         timestamptz '2026-01-01' + g * interval '1 min' AS made
    FROM generate_series(1, 20000) AS g;
CREATE INDEX users_email ON users (email);
CREATE INDEX users_id ON users (id);
CREATE INDEX users_made ON users (made);
CREATE INDEX users_nick ON users (nick);
CREATE TABLE wide AS SELECT g AS id, g % 1000 AS k, md5(g::text) AS a, md5((g * 7)::text) AS b FROM generate_series(1, 60000) AS g;
CREATE INDEX wide_k ON wide (k);
CREATE INDEX wide_id ON wide (id);
CREATE TABLE spread WITH (fillfactor = 10) AS SELECT g AS id, g % 100 AS k, md5(g::text) AS a FROM generate_series(1, 25000) AS g;
CREATE INDEX spread_k ON spread (k);
CREATE INDEX known_id ON known (id);
CREATE TABLE parts (id int, made date, n int) PARTITION BY RANGE (made);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
CREATE TABLE parts_3 PARTITION OF parts FOR VALUES FROM ('2020-03-01') TO ('2020-04-01');
CREATE TABLE parts_4 PARTITION OF parts FOR VALUES FROM ('2020-04-01') TO ('2020-05-01');
CREATE TABLE parts_5 PARTITION OF parts FOR VALUES FROM ('2020-05-01') TO ('2020-06-01');
INSERT INTO parts SELECT g, make_date(2020, 1 + g % 5, 1 + g % 28), g FROM generate_series(1, 10000) AS g;
CREATE TABLE new AS SELECT g AS id FROM generate_series(1, 5000) AS g;
CREATE TABLE "Odd ""Name"" 🐘" AS SELECT g AS "A.b", 'U' || g AS "Mixed Case" FROM generate_series(1, 20000) AS g;
CREATE INDEX "Odd Index" ON "Odd ""Name"" 🐘" ("Mixed Case");
CREATE TABLE slow (id serial);
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$;
CREATE TRIGGER slow_insert BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION slowly();
CREATE TABLE quick (id int);
CREATE FUNCTION quickly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER quick_insert BEFORE INSERT ON quick FOR EACH ROW EXECUTE FUNCTION quickly();
CREATE FUNCTION constant() RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.03); RETURN 1; END $$;
