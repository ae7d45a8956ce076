-- As in shopWorkload.sql: written down before any tool was asked.
-- The list of a tenant's tickets, page after page by key. The unique index finds the tenant's tickets, all of them.
-- Where the last key is unique nearly, an incremental sort (13 and later) does without it.
-- wants: app.Ticket btree ("organizationId", "createdAt", id) | app.Ticket btree ("organizationId", "createdAt") | app.Ticket btree ("organizationId", "createdAt") INCLUDE ("requesterId") | app.Ticket btree ("organizationId", "createdAt" DESC, id DESC) | app.Ticket btree ("organizationId", "createdAt", id) WHERE "deletedAt" IS NULL | app.Ticket btree ("organizationId", "createdAt" DESC, id DESC) WHERE "deletedAt" IS NULL
SELECT id, number, subject, "createdAt" FROM "Ticket" WHERE "organizationId" = '00000007-0000-7000-8000-000000000001' AND "deletedAt" IS NULL AND ("createdAt", id) < ('2023-10-01 00:00:00', '0000a000-0000-7000-8000-000000000003') ORDER BY "createdAt" DESC, id DESC LIMIT 25;
SELECT id, number, subject, "createdAt" FROM "Ticket" WHERE "organizationId" = '00000008-0000-7000-8000-000000000001' AND "deletedAt" IS NULL ORDER BY "createdAt" DESC, id DESC LIMIT 25;
SELECT "requesterId", count(*) FROM "Ticket" WHERE "organizationId" = '00000009-0000-7000-8000-000000000001' AND "createdAt" >= '2024-01-01' GROUP BY "requesterId" ORDER BY count(*) DESC LIMIT 5;
-- wants: app.Ticket btree ("organizationId", status, "slaDueAt") | app.Ticket btree (status, "organizationId", "slaDueAt") | app.Ticket btree ("organizationId", status, "slaDueAt") WHERE "deletedAt" IS NULL | app.Ticket btree (status, "organizationId", "slaDueAt") WHERE "deletedAt" IS NULL
SELECT id, number, subject, "slaDueAt" FROM "Ticket" WHERE "organizationId" = '00000003-0000-7000-8000-000000000001' AND status = 'open' AND "deletedAt" IS NULL ORDER BY "slaDueAt" ASC NULLS LAST LIMIT 10;
SELECT count(*) FROM "ActiveTicket" WHERE "organizationId" = '00000004-0000-7000-8000-000000000001' AND status = 'new';
-- wants: app.Ticket btree ("assigneeId", status) | app.Ticket btree ("assigneeId", status, "updatedAt") | app.Ticket btree ("assigneeId", status) WHERE "deletedAt" IS NULL | app.Ticket btree ("assigneeId", status, "updatedAt") WHERE "deletedAt" IS NULL | app.Ticket btree ("assigneeId") | app.Ticket btree ("assigneeId", "updatedAt") | app.Ticket btree ("assigneeId") WHERE "deletedAt" IS NULL | app.Ticket btree ("assigneeId", "updatedAt") WHERE "deletedAt" IS NULL
SELECT id, subject, "updatedAt" FROM "Ticket" WHERE "assigneeId" = '00000011-0000-7000-8000-000000000002' AND status IN ('new', 'open', 'pending') AND "deletedAt" IS NULL ORDER BY "updatedAt" DESC LIMIT 20;
-- wants: app.Ticket btree ("requesterId") | app.Ticket btree ("requesterId", "createdAt") | app.Ticket btree ("requesterId", "createdAt" DESC) | app.Ticket btree ("requesterId") WHERE "deletedAt" IS NULL | app.Ticket btree ("requesterId", "createdAt") WHERE "deletedAt" IS NULL
SELECT id, subject, status FROM "Ticket" WHERE "requesterId" = $1 AND "deletedAt" IS NULL ORDER BY "createdAt" DESC LIMIT 10;
SELECT id, subject FROM "Ticket" WHERE ("requesterId" = '00000222-0000-7000-8000-000000000002' OR "assigneeId" = '00000022-0000-7000-8000-000000000002') AND "deletedAt" IS NULL;
-- wants: app.Ticket gin (tags)
SELECT id, subject FROM "Ticket" WHERE tags @> ARRAY['topic-17'] AND "deletedAt" IS NULL;
SELECT id, subject FROM "Ticket" WHERE tags && ARRAY['topic-4', 'topic-5'];
-- wants: app.Ticket btree (("customFields" ->> 'orderNumber')) | app.Ticket btree ((("customFields" ->> 'orderNumber')))
SELECT id, subject FROM "Ticket" WHERE "customFields" ->> 'orderNumber' = 'ON-4711';
-- A purged ticket is looked for in what refers to it.
-- wants: app.Ticket btree ("mergedIntoId") | app.Ticket btree ("mergedIntoId") WHERE "mergedIntoId" IS NOT NULL
DELETE FROM "Ticket" WHERE id = '00000063-0000-7000-8000-000000000003';
-- wants: app.Comment btree ("ticketId") | app.Comment btree ("ticketId", "createdAt") | app.Comment btree ("ticketId", "createdAt" DESC)
SELECT t.id, t.subject, c.body FROM "Ticket" AS t LEFT JOIN LATERAL (SELECT m.body FROM "Comment" AS m WHERE m."ticketId" = t.id AND m."deletedAt" IS NULL ORDER BY m."createdAt" DESC LIMIT 1) AS c ON true WHERE t."organizationId" = '00000005-0000-7000-8000-000000000001' AND t.number BETWEEN 100 AND 120;
-- wants: app.Comment btree ("authorId") | app.Comment btree ("authorId", "createdAt")
-- Ten of a tenant's five hundred users are agents.
-- wants: app.User btree ("organizationId", role) | app.User btree (role, "organizationId") | app.User btree ("organizationId") WHERE role = 'agent'
SELECT u.id, u.name FROM "User" AS u WHERE u."organizationId" = '00000006-0000-7000-8000-000000000001' AND u.role = 'agent' AND EXISTS (SELECT 1 FROM "Comment" AS c WHERE c."authorId" = u.id AND c."createdAt" >= '2023-12-01');
-- wants: app.StatusChange btree ("ticketId") | app.StatusChange btree ("ticketId", "changedAt") | app.StatusChange btree ("ticketId", "changedAt" DESC)
SELECT "ticketId", "to", "changedAt" FROM (SELECT "ticketId", "to", "changedAt", row_number() OVER (PARTITION BY "ticketId" ORDER BY "changedAt" DESC) AS place FROM "StatusChange" WHERE "ticketId" IN ('00000101-0000-7000-8000-000000000003', '00000102-0000-7000-8000-000000000003', '00000103-0000-7000-8000-000000000003')) AS ranked WHERE place = 1;
-- The type narrows little, the key everything.
-- wants: app.Attachment btree ("attachableId") | app.Attachment btree ("attachableType", "attachableId") | app.Attachment btree ("attachableId", "attachableType")
SELECT id, "fileName", bytes FROM "Attachment" WHERE "attachableType" = 'Comment' AND "attachableId" = '00000200-0000-7000-8000-000000000004';
SELECT t.id FROM "Ticket" AS t WHERE t."organizationId" = '0000000a-0000-7000-8000-000000000001' AND t.number BETWEEN 300 AND 330 AND NOT EXISTS (SELECT 1 FROM "Attachment" AS a WHERE a."attachableType" = 'Ticket' AND a."attachableId" = t.id);
-- The primary key of the join table begins with the label.
-- wants: app._LabelToTicket btree ("B") | app._LabelToTicket btree ("B", "A") | app._LabelToTicket btree ("B") INCLUDE ("A")
SELECT l.name FROM "Label" AS l JOIN "_LabelToTicket" AS j ON j."A" = l.id WHERE j."B" = '00000300-0000-7000-8000-000000000003';
-- wants: app.TicketFollower btree ("ticketId") | app.TicketFollower btree ("ticketId", "userId") | app.TicketFollower btree ("ticketId") INCLUDE ("userId")
INSERT INTO "Notification" (id, "userId", kind, body) SELECT md5(f."userId"::text)::uuid, f."userId", 'reply', '…' FROM "TicketFollower" AS f WHERE f."ticketId" = '00000301-0000-7000-8000-000000000003';
-- wants: app.Contact gin (company public.gin_trgm_ops)
SELECT id, company FROM "Contact" WHERE company ILIKE '%deadbe%';
-- wants: app.Contact gin (attributes jsonb_path_ops) | app.Contact gin (attributes)
SELECT id, company FROM "Contact" WHERE attributes @> '{"serial": "SN-77"}';
-- The postal code says the city: a second column would find nothing less.
-- misses: Contact gain_not_real
SELECT id, company FROM "Contact" WHERE zip = 'Z10017' AND city = 'City 17';
-- wants: app.User btree (lower(email)) | app.User btree (lower(email)) WHERE "deletedAt" IS NULL
SELECT id, "organizationId" FROM "User" WHERE lower(email) = lower('Person.777@Example.com') AND "deletedAt" IS NULL;
-- wants: app.User btree (lower(name) text_pattern_ops) | app.User btree (lower(name) text_pattern_ops) WHERE "deletedAt" IS NULL
SELECT id, name FROM "User" WHERE lower(name) LIKE 'abc%' AND "deletedAt" IS NULL ORDER BY name LIMIT 10;
-- wants: app.Article btree ("publishedAt" DESC NULLS LAST) | app.Article btree ("publishedAt" NULLS FIRST)
SELECT id, title, "publishedAt" FROM "Article" ORDER BY "publishedAt" DESC NULLS LAST LIMIT 10;
-- wants: app.Article gin ("searchVector")
SELECT id, title FROM "Article" WHERE "searchVector" @@ to_tsquery('simple', 'w17 & v23');
-- wants: app.AuditEvent btree ("targetId") | app.AuditEvent btree ("targetId", "createdAt") | app.AuditEvent btree ("targetId", "createdAt" DESC)
SELECT id, action, payload FROM "AuditEvent" WHERE "targetId" = '00000123-0000-7000-8000-000000000003' ORDER BY "createdAt" DESC LIMIT 20;
-- wants: app.Session btree ("expiresAt")
DELETE FROM "Session" WHERE "expiresAt" < '2023-01-02';
-- wants: app.Session btree ("userId")
DELETE FROM "Session" WHERE "userId" = '00000123-0000-7000-8000-000000000002';
-- against: Session(token) already_served
SELECT id, "userId" FROM "Session" WHERE token = 'c4ca4238a0b923820dcc509a6f75849b';
-- wants: app.Job btree ("runAt") WHERE state = 'pending' | app.Job btree (queue, "runAt") WHERE state = 'pending' | app.Job btree (state, queue, "runAt") | app.Job btree (queue, state, "runAt") | app.Job btree (state, "runAt")
UPDATE "Job" SET state = 'running', attempts = attempts + 1 WHERE id IN (SELECT id FROM "Job" WHERE state = 'pending' AND queue = 'mail' AND "runAt" <= '2023-12-01' ORDER BY "runAt" LIMIT 5 FOR UPDATE SKIP LOCKED) RETURNING id, payload;
-- wants: app.WebhookDelivery btree ("nextAttemptAt") WHERE "deliveredAt" IS NULL | app.WebhookDelivery btree ("deliveredAt", "nextAttemptAt")
SELECT "endpointId", "eventId", body FROM "WebhookDelivery" WHERE "deliveredAt" IS NULL AND "nextAttemptAt" <= '2023-08-01' ORDER BY "nextAttemptAt" LIMIT 20;
INSERT INTO "WebhookDelivery" ("endpointId", "eventId", attempts, "nextAttemptAt", body) VALUES (7, 7, 1, '2023-05-05', 'x') ON CONFLICT ("endpointId", "eventId") DO UPDATE SET attempts = "WebhookDelivery".attempts + 1;
-- wants: app.Notification btree ("userId") | app.Notification btree ("userId", "readAt") | app.Notification btree ("userId") INCLUDE ("readAt")
SELECT count(*) FILTER (WHERE "readAt" IS NULL) AS unread, count(*) AS total FROM "Notification" WHERE "userId" = '00000045-0000-7000-8000-000000000002';
WITH moved AS (DELETE FROM "Notification" WHERE "userId" = '00000046-0000-7000-8000-000000000002' AND "readAt" < '2023-06-01' RETURNING *) INSERT INTO "NotificationArchive" SELECT * FROM moved;
-- wants: app.TimeEntry btree ("userId", day) | app.TimeEntry btree ("userId", day) INCLUDE (minutes) | app.TimeEntry btree ("userId", day, minutes)
SELECT sum(minutes) FROM "TimeEntry" WHERE "userId" = '00000007-0000-7000-8000-000000000002' AND day >= '2023-03-01' AND day < '2023-04-01';
-- wants: app.Invoice btree (date_trunc('day'::text, "issuedAt")) | app.Invoice btree (date_trunc('day', "issuedAt"))
SELECT id, number, amount FROM "Invoice" WHERE date_trunc('day', "issuedAt") = '2022-05-05';
-- wants: app.Invoice btree ("externalRef") | app.Invoice btree ("externalRef") WHERE "externalRef" IS NOT NULL
SELECT id, number FROM "Invoice" WHERE "externalRef" IN ('X-17', 'X-18', 'X-19', 'X-20');
-- against: Invoice(dueAt) already_served
SELECT id, number, "dueAt" FROM "Invoice" WHERE "paidAt" IS NULL AND "dueAt" < '2021-03-01' ORDER BY "dueAt";
-- What children hold, an index of the parent does not.
-- wants: app.Laptop btree ("serialNumber")
-- wants: app.Phone btree ("serialNumber")
SELECT id, "boughtAt" FROM "Asset" WHERE "serialNumber" = 'Lc4ca4238a0b923820dcc509a6f75849b';
-- wants: app.DailyStats btree (day)
SELECT "organizationId", tickets FROM "DailyStats" WHERE day = '2023-05-05';
-- against: DailyStats(organizationId) already_served
SELECT tickets, closed FROM "DailyStats" WHERE "organizationId" = '00000007-0000-7000-8000-000000000001' AND day = '2023-05-06';
-- wants: app.ImportBuffer btree ("batchId") | app.ImportBuffer btree ("batchId", line)
SELECT line, raw FROM "ImportBuffer" WHERE "batchId" = 17 ORDER BY line;
-- wants: Zendesk "Import".v2.Raw Tickets btree ("External ID")
SELECT "Row #", "Größe (kB)" FROM "Zendesk ""Import"".v2"."Raw Tickets" WHERE "External ID" = 'zd-77';
-- against: Organization(plan) small_table
SELECT id, name FROM "Organization" WHERE plan = 'plan1' AND "deletedAt" IS NULL;
-- against: Macro(createdById) small_table
SELECT id, body FROM "Macro" WHERE "createdById" = '00000009-0000-7000-8000-000000000002';
-- against: User(organizationId) already_served
SELECT id, name FROM "User" WHERE "organizationId" = '00000002-0000-7000-8000-000000000001' AND email = 'Person.81@Example.com';
SELECT max(number) FROM "Ticket" WHERE "organizationId" = '00000002-0000-7000-8000-000000000001';
-- against: Ticket(channel) low_selectivity
SELECT count(*), max(length(subject)) FROM "Ticket" WHERE channel = 'email';
-- against: Comment(createdAt) most_rows_match
SELECT sum(length(body)) FROM "Comment" WHERE "createdAt" > '2023-01-02' AND "isPublic";
-- An index is read backwards as well.
-- against: CallLog(startedAt) already_served
SELECT id, transcript FROM "CallLog" ORDER BY "startedAt" LIMIT 5;
-- No call ever has another skill than its queue's: the index would be read to its end.
-- misses: CallLog gain_not_real
SELECT id, "durationSec" FROM "CallLog" WHERE "queueId" <> "skillId" ORDER BY "durationSec" DESC LIMIT 10;
-- against: ApiKey(digest) already_served
SELECT id, scope FROM "ApiKey" WHERE digest = 'c4ca4238a0b923820dcc509a6f75849b';
-- against: PresencePing(ticketId) write_cost
SELECT "userId", "pingedAt" FROM "PresencePing" WHERE "ticketId" = '00000009-0000-7000-8000-000000000003';
-- against: LegacyUser(email) foreign_table
SELECT id FROM "LegacyUser" WHERE email = 'a@example.com';
-- Whole tables are read, and no index spares it.
SELECT u.role, count(*) FROM "User" AS u LEFT JOIN "Notification" AS n ON n."userId" = u.id GROUP BY u.role;
