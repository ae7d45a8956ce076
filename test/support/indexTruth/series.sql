-- Measurements as they come in, by time; what the workload lacks stands beside each statement of seriesWorkload.sql.
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE metrics (at timestamptz NOT NULL, device int NOT NULL, value real NOT NULL);
INSERT INTO metrics SELECT timestamptz '2024-01-01 00:00+00' + g * interval '6 s', (g::bigint * 7919) % 499, g % 97 FROM generate_series(1, 1100000) AS g;
CREATE TABLE events (id int PRIMARY KEY, at timestamptz NOT NULL, kind int NOT NULL, host text NOT NULL, message text NOT NULL);
INSERT INTO events SELECT g, timestamptz '2024-01-01 00:00+00' + ((g::bigint * 7919) % 60013) * interval '1 min', g % 20, 'host-' || g % 2500, md5(g::text) || repeat('e', 40) FROM generate_series(1, 60000) AS g;
CREATE TABLE alarms (id int PRIMARY KEY, raised timestamptz NOT NULL, closed bool NOT NULL, level int NOT NULL, pad text);
INSERT INTO alarms SELECT g, timestamptz '2024-01-01 00:00+00' + g * interval '1 min', g % 120 <> 0, g % 3, repeat('a', 60) FROM generate_series(1, 40000) AS g;
CREATE TABLE samples (sensor int NOT NULL, at date NOT NULL, value int NOT NULL, pad text) PARTITION BY RANGE (at);
CREATE TABLE samples_1 PARTITION OF samples FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE samples_2 PARTITION OF samples FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE samples_3 PARTITION OF samples FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
INSERT INTO samples SELECT (g * 31) % 900, date '2024-01-01' + g % 90, g, repeat('s', 60) FROM generate_series(1, 60000) AS g;
CREATE TABLE rollups (day date PRIMARY KEY, total bigint NOT NULL);
INSERT INTO rollups SELECT date '2020-01-01' + g, g FROM generate_series(1, 2000) AS g;
CREATE TABLE devices (id int PRIMARY KEY, site int NOT NULL);
INSERT INTO devices SELECT g, g % 40 FROM generate_series(0, 498) AS g;
VACUUM ANALYZE;
