-- What a person who administers databases would build, written down before any tool was asked, and tried on real servers. `wants`
-- names an index; what is as good stands behind |. `against` names what an answer must advise against, `misses` a near miss.
-- One lorry's positions: equality before the range, on every partition and on their parts.
-- wants: app.positions btree (vehicle_id, at) | app.positions btree (vehicle_id, at DESC)
SELECT at, speed, lat, lon FROM positions WHERE vehicle_id = 411 AND at >= '2024-05-05 00:00+00' AND at < '2024-06-12 00:00+00';
SELECT at, lat, lon FROM positions WHERE vehicle_id = 412 ORDER BY at DESC LIMIT 1;
SELECT DISTINCT ON (vehicle_id) vehicle_id, at, lat FROM positions WHERE vehicle_id IN (5, 6, 7) ORDER BY vehicle_id, at DESC;
-- The log lies in the order of its time. BRIN reads 18 times fewer pages, a btree 20 times; BRIN is a thousandth of the size.
-- wants: app.event_log brin (logged_at) | app.event_log btree (logged_at)
SELECT level, count(*) FROM event_log WHERE logged_at >= '2023-05-01' AND logged_at < '2023-05-15' GROUP BY level;
SELECT source, level, count(*) FROM event_log WHERE logged_at BETWEEN '2023-06-01' AND '2023-06-08' GROUP BY source, level HAVING count(*) > 3;
-- Turning pages by a row of two keys.
-- wants: app.trips btree (started_at, id)
SELECT id, started_at, distance_m FROM trips WHERE (started_at, id) > ($1, $2) ORDER BY started_at, id LIMIT 25;
SELECT id, started_at, distance_m FROM trips WHERE (started_at, id) < ('2024-06-01', 400) ORDER BY started_at DESC, id DESC LIMIT 25;
-- wants: app.trips btree (distance_m)
SELECT id, pad FROM trips WHERE distance_m BETWEEN SYMMETRIC 20300 AND 20000;
-- wants: app.trips btree (COALESCE(driver_id, 0))
SELECT id, pad FROM trips WHERE coalesce(driver_id, 0) = 55;
-- Only the last trips were loaded beyond the order: who walks along the loads meets them last, whatever the planner thinks.
-- misses: trips gain_not_real
SELECT id, loaded_kg FROM trips WHERE loaded_kg > ordered_kg ORDER BY vehicle_id LIMIT 10;
-- Critical alerts are one in 300; the views lie one upon another.
-- wants: app.alerts btree (raised_at) WHERE severity = 'critical' | app.alerts btree (raised_at DESC) WHERE severity = 'critical' | app.alerts btree (severity, raised_at) | app.alerts btree (severity, raised_at DESC)
SELECT alert_id, lorry, since, code FROM grave_alerts ORDER BY since DESC LIMIT 20;
SELECT alert_id, since FROM grave_alerts_of_depots WHERE depot_id = 12 AND since >= '2024-05-01';
-- wants: app.alerts btree (vehicle_id, raised_at) | app.alerts btree (vehicle_id, raised_at DESC)
SELECT v.id, l.raised_at, l.code FROM vehicles AS v CROSS JOIN LATERAL (SELECT a.raised_at, a.code FROM alerts AS a WHERE a.vehicle_id = v.id ORDER BY a.raised_at DESC LIMIT 1) AS l WHERE v.depot_id = 3;
-- No alert is open yet: who clears one looks for what does not exist.
-- wants: app.alerts btree (cleared_at) | app.alerts btree (cleared_at) WHERE cleared_at IS NULL | app.alerts btree (id) WHERE cleared_at IS NULL
UPDATE alerts SET cleared_at = now() WHERE cleared_at IS NULL;
-- No index serves IS NOT DISTINCT FROM.
SELECT id, pad FROM alerts WHERE code IS NOT DISTINCT FROM 'C77';
-- Letters in the middle of a text.
-- wants: app.documents gin (title gin_trgm_ops) | app.documents gin (title public.gin_trgm_ops)
SELECT id, title FROM documents WHERE title ILIKE '%ab12cd%';
-- wants: app.documents gin (to_tsvector('english'::regconfig, body))
SELECT id FROM documents WHERE to_tsvector('english', body) @@ to_tsquery('english', 'w77 & x77');
-- wants: app.documents gin (words)
SELECT id FROM documents WHERE words @@ plainto_tsquery('english', 'k4711 lorry');
-- wants: app.documents btree ((meta ->> 'vin'::text)) | app.documents btree ((meta ->> 'vin'))
SELECT id, title FROM documents WHERE meta ->> 'vin' = 'c4ca4238a0b923820dcc509a6f75849b';
-- wants: app.documents btree (((meta -> 'route'::text) ->> 'leg'::text)) | app.documents btree ((meta -> 'route' ->> 'leg')) | app.documents btree (((meta -> 'route') ->> 'leg'))
SELECT id FROM documents WHERE meta -> 'route' ->> 'leg' = 'r99';
-- wants: app.vehicles gin (traits jsonb_path_ops) | app.vehicles gin (traits)
SELECT id, vin FROM vehicles WHERE traits @> '{"engine": "e77"}';
-- wants: app.vehicles gin (labels)
SELECT id, vin FROM vehicles WHERE labels && ARRAY['l77', 'l78'];
-- GIN does not know = ANY of a column.
SELECT id FROM vehicles WHERE 'l79' = ANY (labels);
-- wants: app.vehicles btree (plate text_pattern_ops)
SELECT id, vin FROM vehicles WHERE plate LIKE 'HM-77%';
-- An index for patterns is there already, and a unique one for equality.
-- against: vehicles(vin) already_served
SELECT id, plate FROM vehicles WHERE vin LIKE 'C4CA42%';
SELECT id, plate FROM vehicles WHERE vin = 'C4CA4238A0B923820DCC509A6F75849B';
-- against: vehicles(active) low_selectivity
SELECT id, plate FROM vehicles WHERE active;
-- A tree is walked from a unit to those below it; the key that points at itself lacks an index as well.
-- wants: app.units btree (parent_id)
WITH RECURSIVE below AS (SELECT id, name FROM units WHERE id = 900 UNION ALL SELECT u.id, u.name FROM units AS u JOIN below AS b ON u.parent_id = b.id) SELECT count(*) FROM below;
-- wants: app.stops btree (route_region, route_number) | app.stops btree (route_number, route_region) | app.stops btree (route_number)
SELECT r.name, s.place FROM routes AS r JOIN stops AS s ON s.route_region = r.region AND s.route_number = r.number WHERE r.region = 7 AND r.number = 37;
-- A time without zone has a day that never changes.
-- wants: app.fuel btree ((fuelled_at::date)) | app.fuel btree (((fuelled_at)::date)) | app.fuel btree (CAST(fuelled_at AS date))
SELECT id, litres FROM fuel WHERE fuelled_at::date = '2023-07-07';
-- wants: app.fuel btree (date_trunc('hour', fuelled_at)) | app.fuel btree (date_trunc('hour'::text, fuelled_at))
SELECT id, litres FROM fuel WHERE date_trunc('hour', fuelled_at) = timestamp '2023-07-07 12:00';
-- A time with zone has another in every session: no index may hold these.
SELECT id, litres FROM fuel WHERE paid_at::date = '2023-07-07';
SELECT id, litres FROM fuel WHERE date_trunc('day', paid_at) = '2023-07-07 00:00+00';
-- wants: app.fuel btree (card)
DELETE FROM fuel WHERE card IN ('f7', 'f8');
-- against: fuel(vehicle_id) already_served
SELECT id, litres FROM fuel WHERE vehicle_id = 77;
SELECT max(fuelled_at) FROM fuel WHERE vehicle_id = 78;
-- wants: app.service btree (odometer) | app.service btree (odometer DESC)
SELECT max(odometer) FROM service;
-- wants: app.service btree (vehicle_id, cost DESC) | app.service btree (vehicle_id, cost) | app.service btree (vehicle_id)
SELECT * FROM (SELECT id, vehicle_id, cost, row_number() OVER (PARTITION BY vehicle_id ORDER BY cost DESC) AS place FROM service WHERE vehicle_id = 12) AS ranked WHERE place <= 3;
-- wants: app.service btree (assignee) | app.service btree (assignee, state) | app.service btree (state, assignee) | app.service btree (assignee) WHERE state = 'open'
UPDATE service SET state = 'late' WHERE assignee = 77 AND state = 'open';
-- The index of the days is read backwards.
SELECT id, due_on FROM service ORDER BY due_on LIMIT 10;
SELECT id, due_on FROM service WHERE due_on = '2024-05-05';
-- wants: app.inspections btree (vehicle_id)
SELECT v.id FROM vehicles AS v WHERE v.depot_id = 7 AND NOT EXISTS (SELECT FROM inspections AS i WHERE i.vehicle_id = v.id);
-- wants: app.parcels btree (master_id) | app.parcels btree (master_id) WHERE master_id IS NOT NULL
SELECT b.id, b.grams FROM parcels AS a JOIN parcels AS b ON b.master_id = a.id WHERE a.id = 4400;
-- The hub tells the zone, which the planner does not know.
-- misses: parcels gain_not_real
SELECT id, pad FROM parcels WHERE hub = 77 AND zone = 1077;
-- wants: app.arrivals btree (dock)
-- wants: app.departures btree (dock)
SELECT at, plate FROM arrivals WHERE dock = 99 UNION ALL SELECT at, plate FROM departures WHERE dock = 99;
-- wants: app.arrivals btree (plate)
INSERT INTO inspections SELECT id + 100000, id, true, NULL FROM arrivals WHERE plate = 'p77';
-- wants: app.daily btree (day, vehicle_id) | app.daily btree (vehicle_id, day) | app.daily btree (day) | app.daily btree (vehicle_id)
SELECT litres FROM daily WHERE vehicle_id = 77 AND day = '2023-05-05';
-- wants: Süd."Tele".🚚.Fahrten.Buch btree (U&"Fahrer\000A""Name""")
SELECT "Nr", "Datum" FROM "Süd.""Tele"".🚚"."Fahrten.Buch" WHERE "Fahrer
""Name""" = 'F77';
-- against: live_state(cell) write_cost
SELECT vehicle_id FROM live_state WHERE cell = 77;
-- against: depots(code) small_table
SELECT id FROM depots WHERE code = 'D7';
-- against: scans(at) most_rows_match
SELECT station, count(*) FROM scans WHERE at >= '2024-01-15' GROUP BY station;
-- against: scans(barcode) already_served
SELECT id FROM scans WHERE barcode = 'b77';
SELECT id, pad FROM scans WHERE station = 77 AND NOT hidden;
-- against: partner_trips(partner) foreign_table
SELECT id FROM partner_trips WHERE partner = 7;
