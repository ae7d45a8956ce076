-- A fleet of lorries, as the analyst who reads its telemetry finds it: what its workload lacks stands in fleetWorkload.sql.
CREATE SCHEMA app;
CREATE SCHEMA "Süd.""Tele"".🚚";
CREATE EXTENSION pg_trgm WITH SCHEMA public;
SET search_path = app, public;
CREATE TABLE depots (id int PRIMARY KEY, code text NOT NULL, town text NOT NULL);
INSERT INTO depots SELECT g, 'D' || g, 'town ' || g % 40 FROM generate_series(1, 200) AS g;
CREATE TABLE vehicles (id int PRIMARY KEY, depot_id int NOT NULL REFERENCES depots, vin text COLLATE "C.utf8" NOT NULL UNIQUE, plate text COLLATE "C.utf8" NOT NULL, active bool NOT NULL, traits jsonb NOT NULL, labels text[] NOT NULL, pad text);
INSERT INTO vehicles SELECT g, 1 + (g * 7919) % 200, upper(md5(g::text)), chr(65 + (g * 7) % 26) || chr(65 + (g * 11) % 25) || '-' || (g * 7919) % 10007, g % 2 = 0, jsonb_build_object('engine', 'e' || (g * 31) % 4001, 'axles', g % 4, 'maker', 'm' || g % 9), ARRAY['l' || (g * 13) % 2503, 'c' || g % 5], repeat('v', 60) FROM generate_series(1, 20000) AS g;
CREATE INDEX vehicles_depot ON vehicles (depot_id);
CREATE INDEX vehicles_vin_pattern ON vehicles (vin text_pattern_ops);
-- Positions by month; June is divided by country as well.
CREATE TABLE positions (vehicle_id int NOT NULL, at timestamptz NOT NULL, country text NOT NULL, speed int NOT NULL, lat float8, lon float8, pad text) PARTITION BY RANGE (at);
CREATE TABLE positions_04 PARTITION OF positions FOR VALUES FROM ('2024-04-01 00:00+00') TO ('2024-05-01 00:00+00');
CREATE TABLE positions_05 PARTITION OF positions FOR VALUES FROM ('2024-05-01 00:00+00') TO ('2024-06-01 00:00+00');
CREATE TABLE positions_06 PARTITION OF positions FOR VALUES FROM ('2024-06-01 00:00+00') TO ('2024-07-01 00:00+00') PARTITION BY LIST (country);
CREATE TABLE positions_06_de PARTITION OF positions_06 FOR VALUES IN ('de');
CREATE TABLE positions_06_other PARTITION OF positions_06 DEFAULT;
INSERT INTO positions SELECT (g * 7919) % 997, timestamptz '2024-04-01 00:00+00' + g * interval '87 s', CASE WHEN g % 3 = 0 THEN 'de' ELSE 'fr' END, g % 130, g, g, repeat('p', 40) FROM generate_series(1, 90000) AS g;
-- Written at its end only, read by whole days and weeks.
CREATE TABLE event_log (id bigint NOT NULL, logged_at timestamp NOT NULL, level int NOT NULL, source text NOT NULL, message text);
INSERT INTO event_log SELECT g, timestamp '2023-01-01' + g * interval '2 min', g % 6, 's' || g % 40, repeat('e', 90) FROM generate_series(1, 250000) AS g;
CREATE TABLE trips (id int PRIMARY KEY, vehicle_id int NOT NULL, driver_id int, during tstzrange NOT NULL, started_at timestamp NOT NULL, distance_m int NOT NULL, loaded_kg int NOT NULL, ordered_kg int NOT NULL, pad text);
INSERT INTO trips SELECT g, (g * 31) % 5000, CASE WHEN g % 40 = 0 THEN NULL ELSE (g * 17) % 1500 END, tstzrange(timestamptz '2024-01-01 00:00+00' + g * interval '9 min', timestamptz '2024-01-01 03:00+00' + g * interval '9 min'), timestamp '2024-01-01' + ((g * 7919) % 40009) * interval '9 min', (g::bigint * 104729) % 400009, g % 20000, CASE WHEN g > 39970 THEN 0 ELSE 20000 END, repeat('t', 60) FROM generate_series(1, 40000) AS g;
CREATE TABLE alerts (id int PRIMARY KEY, vehicle_id int NOT NULL, severity text NOT NULL, raised_at timestamptz NOT NULL, cleared_at timestamptz, code text, pad text);
INSERT INTO alerts SELECT g, (g * 7919) % 4999, CASE WHEN g % 300 = 0 THEN 'critical' WHEN g % 3 = 0 THEN 'warning' ELSE 'info' END, timestamptz '2024-01-01 00:00+00' + ((g * 31) % 60013) * interval '5 min', timestamptz '2024-08-01 00:00+00', 'C' || (g * 13) % 3001, repeat('a', 60) FROM generate_series(1, 60000) AS g;
CREATE VIEW grave_alerts AS SELECT id AS alert_id, vehicle_id AS lorry, raised_at AS since, code FROM alerts WHERE severity = 'critical';
CREATE VIEW grave_alerts_of_depots AS SELECT g.*, v.depot_id FROM grave_alerts AS g JOIN vehicles AS v ON v.id = g.lorry;
CREATE TABLE documents (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL, words tsvector NOT NULL, meta jsonb NOT NULL, mood text);
INSERT INTO documents SELECT g, md5(g::text) || ' ' || md5((g + 1)::text), 'report w' || (g * 7) % 6007 || ' about x' || g % 4003, to_tsvector('english', 'k' || (g * 11) % 5003 || ' lorry'), jsonb_build_object('vin', md5(g::text), 'route', jsonb_build_object('leg', 'r' || g % 3001)), 'm' || g % 4 FROM generate_series(1, 20000) AS g;
-- A tree of organisational units.
CREATE TABLE units (id int PRIMARY KEY, parent_id int REFERENCES units, name text NOT NULL, pad text);
INSERT INTO units SELECT g, nullif(g / 7, 0), 'unit ' || g, repeat('u', 60) FROM generate_series(1, 20000) AS g;
CREATE TABLE routes (region int NOT NULL, number int NOT NULL, name text, PRIMARY KEY (region, number));
INSERT INTO routes SELECT g % 30, g, 'r' || g FROM generate_series(1, 3000) AS g;
CREATE TABLE stops (id int PRIMARY KEY, route_region int NOT NULL, route_number int NOT NULL, place text, pad text, FOREIGN KEY (route_region, route_number) REFERENCES routes (region, number));
INSERT INTO stops SELECT g, (1 + g % 2900) % 30, 1 + g % 2900, 'place ' || g, repeat('s', 60) FROM generate_series(1, 30000) AS g;
CREATE TABLE fuel (id int PRIMARY KEY, vehicle_id int NOT NULL, fuelled_at timestamp NOT NULL, paid_at timestamptz NOT NULL, litres int NOT NULL, card text, pad text);
INSERT INTO fuel SELECT g, (g * 7919) % 3001, timestamp '2023-01-01' + ((g * 7919) % 30011) * interval '20 min', timestamptz '2023-01-01 00:00+00' + ((g * 7919) % 30011) * interval '20 min', g % 400, 'f' || g % 2000, repeat('f', 60) FROM generate_series(1, 30000) AS g;
CREATE INDEX fuel_vehicle ON fuel (vehicle_id, fuelled_at);
CREATE TABLE service (id int PRIMARY KEY, vehicle_id int NOT NULL, odometer int NOT NULL, cost int NOT NULL, due_on date NOT NULL, state text NOT NULL, assignee int NOT NULL, pad text);
INSERT INTO service SELECT g, (g * 7919) % 2003, (g::bigint * 104729) % 900001, (g * 31) % 7001, date '2024-01-01' + (g * 13) % 700, CASE WHEN g % 4 = 0 THEN 'open' ELSE 'done' END, (g * 17) % 700, repeat('s', 60) FROM generate_series(1, 30000) AS g;
CREATE INDEX service_due ON service (due_on DESC);
CREATE TABLE inspections (id int PRIMARY KEY, vehicle_id int NOT NULL REFERENCES vehicles, passed bool NOT NULL, pad text);
INSERT INTO inspections SELECT g, 1 + (g * 7919) % 18000, g % 20 > 0, repeat('i', 90) FROM generate_series(1, 60000) AS g;
-- Each parcel may lie in another; the hub tells the zone.
CREATE TABLE parcels (id int PRIMARY KEY, master_id int, hub int NOT NULL, zone int NOT NULL, grams int NOT NULL, pad text);
INSERT INTO parcels SELECT g, CASE WHEN g % 5 = 0 THEN g - g % 100 ELSE NULL END, g % 500, g % 500 + 1000, g % 3000, repeat('p', 60) FROM generate_series(1, 40000) AS g;
CREATE INDEX parcels_hub ON parcels (hub);
CREATE TABLE arrivals (id int PRIMARY KEY, dock int NOT NULL, at timestamp NOT NULL, plate text, pad text);
INSERT INTO arrivals SELECT g, (g * 7919) % 1999, timestamp '2024-01-01' + g * interval '5 min', 'p' || g, repeat('a', 50) FROM generate_series(1, 25000) AS g;
CREATE UNLOGGED TABLE departures (id int PRIMARY KEY, dock int NOT NULL, at timestamp NOT NULL, plate text, pad text);
INSERT INTO departures SELECT g, (g * 7919) % 1999, timestamp '2024-01-01' + g * interval '5 min', 'p' || g, repeat('d', 50) FROM generate_series(1, 25000) AS g;
CREATE MATERIALIZED VIEW daily AS SELECT vehicle_id, fuelled_at::date AS day, sum(litres) AS litres, repeat('d', 40) AS pad FROM fuel GROUP BY 1, 2;
CREATE TABLE "Süd.""Tele"".🚚"."Fahrten.Buch" ("Nr" int PRIMARY KEY, "Fahrer
""Name""" text NOT NULL, "Datum" date NOT NULL, select_ int, pad text);
INSERT INTO "Süd.""Tele"".🚚"."Fahrten.Buch" SELECT g, 'F' || (g * 31) % 4001, date '2020-01-01' + g % 1500, g % 9, repeat('b', 50) FROM generate_series(1, 25000) AS g;
-- What needs no index.
CREATE TABLE live_state (vehicle_id int PRIMARY KEY, cell int NOT NULL, beats int NOT NULL, pad text) WITH (fillfactor = 50);
INSERT INTO live_state SELECT g, g % 5000, 0, repeat('l', 40) FROM generate_series(1, 15000) AS g;
UPDATE live_state SET beats = beats + 1, cell = cell + 1;
UPDATE live_state SET beats = beats + 1, cell = cell + 1;
UPDATE live_state SET beats = beats + 1, cell = cell + 1;
UPDATE live_state SET beats = beats + 1, cell = cell + 1;
CREATE TABLE scans (id int PRIMARY KEY, at date NOT NULL, station int NOT NULL, weight int NOT NULL, barcode text NOT NULL, hidden bool NOT NULL, pad text);
INSERT INTO scans SELECT g, date '2024-01-01' + (g * 31) % 500, g % 1200, g, 'b' || g, g % 97 = 0, repeat('s', 60) FROM generate_series(1, 30000) AS g;
CREATE INDEX scans_station ON scans (station) WHERE NOT hidden;
CREATE INDEX scans_barcode ON scans USING hash (barcode);
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE partner_trips (id int, partner int) SERVER files OPTIONS (filename '/dev/null');
VACUUM ANALYZE;
