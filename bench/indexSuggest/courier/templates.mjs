// What the application of courier/schema.sql asks and changes, most frequent first: each makes a statement from a draw of numbers.
// `draw(low, high)` is even, `often(high)` prefers low numbers, as accounts that are busy do.

const day = (n) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
const reference = (n) => `CX${((n * 7919) % 4294967296).toString(16).padStart(8, '0')}`;

/** Templates by name. How many rows a table has goes with the scale. */
export const TEMPLATES = {
  account: ({ often, accounts }) =>
    `SELECT id, email, display_name, settings FROM accounts WHERE id = ${often(accounts)}`,
  token: ({ draw, md5, tokens }) =>
    `SELECT id, account_id FROM api_tokens WHERE token_hash = '${md5(`t${draw(1, tokens)}`)}' AND NOT revoked`,
  track: ({ draw, shipments }) =>
    `SELECT id, status, promised_at, delivered_at FROM shipments WHERE reference = '${reference(draw(1, shipments))}'`,
  history: ({ draw, shipments }) =>
    `SELECT at, kind, depot_id, note FROM shipment_events WHERE shipment_id = ${draw(1, shipments)} ORDER BY at`,
  eventAdded: ({ draw, shipments }) =>
    `INSERT INTO shipment_events (shipment_id, at, kind, depot_id, driver_id) VALUES (${draw(1, shipments)}, '2025-12-${draw(10, 28)} 0${draw(0, 9)}:15:00Z', 'sorted', ${draw(1, 60)}, NULL)`,
  recentShipments: ({ often, accounts }) =>
    `SELECT id, reference, status, created_at FROM live_shipments WHERE account_id = ${often(accounts)} ORDER BY created_at DESC LIMIT 20`,
  tokenUsed: ({ draw, tokens }) => `UPDATE api_tokens SET last_used_at = now() WHERE id = ${draw(1, tokens)}`,
  logged: ({ often, accounts, draw }) =>
    `INSERT INTO audit_log (account_id, action, subject_id, payload, logged_at) VALUES (${often(accounts)}, 'update', ${draw(1, 999)}, '{"ip":"10.0.0.${draw(1, 255)}"}', now())`,
  login: ({ draw, accounts }) =>
    `SELECT id, display_name, deleted_at FROM accounts WHERE lower(email) = 'user${draw(1, 900)}.${draw(1, accounts)}@example.org'`,
  stopsOfRoute: ({ draw, routes }) =>
    `SELECT st.place, s.reference, s.status FROM stops AS st JOIN shipments AS s ON s.id = st.shipment_id WHERE st.route_id = ${draw(1, routes)} ORDER BY st.place`,
  addresses: ({ often, accounts }) =>
    `SELECT id, street, postcode, city FROM addresses WHERE account_id = ${often(accounts)} AND deleted_at IS NULL`,
  shipmentMade: ({ draw, often, accounts, addresses, n }) =>
    `INSERT INTO shipments (reference, account_id, from_address, plan_id, status, weight_g, tags, attributes, created_at, promised_at) VALUES ('N${n}', ${often(accounts)}, ${draw(1, addresses)}, ${draw(1, 12)}, 'created', ${draw(50, 9000)}, '{standard}', '{"cartons": 1}', now(), now() + interval '3 days')`,
  shipmentMoved: ({ draw, shipments }) =>
    `UPDATE shipments SET status = 'in_transit' WHERE id = ${draw(1, shipments)}`,
  stopDone: ({ draw, stops }) => `UPDATE stops SET done_at = now() WHERE id = ${draw(1, stops)}`,
  stopsOfShipment: ({ draw, shipments }) =>
    `SELECT st.id, st.done_at, r.day FROM stops AS st JOIN routes AS r ON r.id = st.route_id WHERE st.shipment_id = ${draw(1, shipments)}`,
  driverToday: ({ draw, drivers }) =>
    `SELECT "routeId", state FROM "DriverBoard" WHERE "driverId" = ${draw(1, drivers)} AND day = date '${day(draw(0, 720))}'`,
  lateShipments: ({ draw }) =>
    `SELECT id, reference, account_id FROM live_shipments WHERE delivered_at IS NULL AND promised_at < '2025-12-${draw(18, 28)}Z'`,
  invoicesOfAccount: ({ often, accounts }) =>
    `SELECT id, number, issued_on, total_cents, paid_at FROM invoices WHERE account_id = ${often(accounts)} ORDER BY issued_on DESC LIMIT 12`,
  exceptions: ({ draw }) =>
    `SELECT id, reference, promised_at FROM shipments WHERE status = 'exception' AND deleted_at IS NULL AND created_at >= '2025-${draw(10, 11)}-0${draw(1, 9)}Z' ORDER BY promised_at LIMIT 50`,
  paymentByProvider: ({ draw, md5, invoices }) =>
    `SELECT "paymentId", "invoiceId", "amountCents" FROM "Payments" WHERE "providerRef" = 'pr_${md5(`p${draw(1, invoices)}`)}'`,
  paymentsOfInvoice: ({ draw, invoices }) =>
    `SELECT p."bookedAt", p."amountCents" FROM "Payments" AS p WHERE p."invoiceId" = ${draw(1, invoices)}`,
  overdue: ({ draw }) =>
    `SELECT number, email, total_cents FROM overdue_invoices WHERE due_on < date '2025-${draw(10, 12)}-01' ORDER BY due_on LIMIT 100`,
  paid: ({ draw, invoices }) => `UPDATE invoices SET paid_at = now() WHERE id = ${draw(1, invoices)}`,
  booked: ({ draw, md5, n, invoices }) =>
    `INSERT INTO "Payments" ("invoiceId", "payMethod", "providerRef", "bookedAt", "amountCents") VALUES (${draw(1, invoices)}, 'card', 'pr_${md5(`n${n}`)}', now(), ${draw(500, 90000)})`,
  customs: ({ draw }) =>
    `SELECT id, reference FROM shipments WHERE attributes @> '{"customs": "T${draw(1, 900)}"}'`,
  cold: ({ draw }) =>
    `SELECT id, reference, promised_at FROM shipments WHERE tags @> ARRAY['cold'] AND created_at > '2025-${draw(10, 12)}-01Z'`,
  byPostcode: ({ draw }) =>
    `SELECT id, account_id, street FROM addresses WHERE postcode LIKE '${String(draw(1000, 9900)).slice(0, 4)}%'`,
  depotDay: ({ draw }) =>
    `SELECT kind, count(*) FROM shipment_events WHERE depot_id = ${draw(1, 60)} AND at >= '2025-11-${draw(10, 27)}Z' AND at < '2025-11-28Z' GROUP BY kind`,
  planUse: ({ draw }) =>
    `SELECT p."planName", count(*) FROM "ServicePlans" AS p JOIN shipments AS s ON s.plan_id = p."planId" WHERE s.created_at >= date '2025-12-${draw(10, 15)}' GROUP BY p."planName"`,
  openRoutes: ({ draw }) =>
    `SELECT r.id, d.full_name FROM routes AS r JOIN drivers AS d ON d.id = r.driver_id WHERE r.state = 'planned' AND d.depot_id = ${draw(1, 60)}`,
  heaviest: ({ draw }) =>
    `SELECT id, reference, weight_g FROM shipments WHERE plan_id = ${draw(1, 12)} ORDER BY weight_g DESC LIMIT 10`,
  lastLogins: ({ often, accounts }) =>
    `SELECT action, logged_at FROM audit_log WHERE account_id = ${often(accounts)} ORDER BY logged_at DESC LIMIT 10`,
  webhooks: ({ draw }) =>
    `SELECT id, settings ->> 'webhook' AS url FROM accounts WHERE settings ->> 'webhook' = 'https://hook.example/${draw(1, 30000)}'`,
  driverEvents: ({ draw, drivers }) =>
    `SELECT count(*) FROM shipment_events WHERE driver_id = ${draw(1, drivers)} AND kind = 'delivered' AND at >= '2025-10-01Z'`,
  tokensOfAccount: ({ often, accounts }) =>
    `SELECT id, last_used_at FROM api_tokens WHERE account_id = ${often(accounts)}`,
  addressGone: ({ draw, addresses }) =>
    `UPDATE addresses SET deleted_at = now() WHERE id = ${draw(1, addresses)}`,
  tokenDropped: ({ draw, tokens }) => `DELETE FROM api_tokens WHERE id = ${draw(1, tokens)}`,
  shipmentTagged: ({ draw, shipments }) =>
    `UPDATE shipments SET tags = array_append(tags, 'insured') WHERE reference = '${reference(draw(1, shipments))}'`,
  monthly: ({ draw }) =>
    `SELECT date_trunc('month', issued_on) AS month, sum(total_cents) FROM invoices WHERE issued_on >= date '${day(draw(0, 360))}' GROUP BY 1 ORDER BY 1`,
  adrDrivers: ({ draw }) =>
    `SELECT id, full_name FROM drivers WHERE skills @> ARRAY['adr'] AND depot_id = ${draw(1, 60)} AND active`,
  bigSpenders: ({ draw }) =>
    `SELECT a.id, a.email, sum(i.total_cents) AS total FROM accounts AS a JOIN invoices AS i ON i.account_id = a.id WHERE a.country = 'FR' AND i.issued_on >= date '2025-${draw(10, 12)}-01' GROUP BY a.id, a.email ORDER BY total DESC LIMIT 20`,
};
