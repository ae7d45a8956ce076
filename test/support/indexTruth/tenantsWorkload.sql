-- As in shopWorkload.sql: written down before any tool was asked.
-- wants: app.tickets btree (tenant_id, state, created_at) | app.tickets btree (state, tenant_id, created_at) | app.tickets btree (tenant_id, created_at) WHERE state = 'open'
SELECT id, subject, created_at FROM tickets WHERE tenant_id = 7 AND state = 'open' ORDER BY created_at DESC LIMIT 25;
SELECT id, subject FROM open_tickets WHERE tenant_id = 9 ORDER BY created_at DESC LIMIT 25;
-- An assignee works for one tenant: the tenant's column narrows nothing.
-- wants: app.tickets btree (assignee_id)
SELECT id, subject FROM tickets WHERE assignee_id = 13;
SELECT id, subject FROM tickets WHERE tenant_id = 14 AND assignee_id = 14;
-- The unique index begins with the tenant: a login without one cannot use it.
-- wants: app.users btree (email)
SELECT id, tenant_id FROM users WHERE email = 'u77@example.com';
SELECT id, seen_at FROM users WHERE tenant_id = 3 AND email = 'u42@example.com';
-- wants: app.comments btree (ticket_id)
SELECT t.subject, c.body FROM tickets AS t JOIN comments AS c ON c.ticket_id = t.id WHERE t.id = 99;
-- Folders are deleted: the foreign key of two columns is looked up by both, in either order; the folder alone is as good.
-- wants: app.documents btree (tenant_id, folder_id) | app.documents btree (folder_id, tenant_id)
SELECT id, title FROM documents WHERE tenant_id = 4 AND folder_id = 43;
-- wants: app.documents btree ((props ->> 'author'))
SELECT id, title FROM documents WHERE props ->> 'author' = 'a17';
-- wants: app.billing btree (tenant_id, month) | app.billing btree (month, tenant_id)
SELECT sum(amount) FROM billing WHERE tenant_id = 7 AND month = '2016-01-26';
-- wants: Tenant 2.tickets btree (reference)
SELECT id FROM "Tenant 2".tickets WHERE reference = 'abc';
-- against: flags(name) small_table
SELECT enabled FROM flags WHERE name = 'flag7' AND tenant_id = 3;
-- against: presence(room) write_cost
SELECT id FROM presence WHERE room = 5;
-- Nearly all are not deleted.
-- against: tickets(deleted_at) low_selectivity
SELECT count(*) FROM tickets WHERE deleted_at IS NULL;
WITH newest AS (SELECT id, subject FROM tickets WHERE id = 3) SELECT * FROM newest;
