-- As in shopWorkload.sql: written down before any tool was asked.
-- The tree of accounts: the primary key finds the parent, not the children.
-- wants: app.accounts btree (parent_id)
WITH RECURSIVE tree AS (SELECT id, parent_id, name FROM accounts WHERE id = 990 UNION ALL SELECT a.id, a.parent_id, a.name FROM accounts AS a JOIN tree AS t ON a.parent_id = t.id) SELECT * FROM tree;
SELECT id, name FROM accounts WHERE parent_id = $1;
-- wants: app.Customers btree (lower("CompanyName") text_pattern_ops)
SELECT "CustomerId", "CompanyName" FROM "Customers" WHERE lower("CompanyName") LIKE 'a9f2%';
-- wants: app.Customers btree ("TaxNumber")
SELECT c."CustomerId", c."CreditLimit" FROM "Customers" c WHERE c."TaxNumber" = $1;
-- The newest invoices of one customer: 400 each, all over the table.
-- wants: app.invoices btree ("customerId", issued_on) | app.invoices btree ("customerId", issued_on DESC)
SELECT id, number, total FROM invoices WHERE "customerId" = $1 ORDER BY issued_on DESC LIMIT 10;
SELECT count(*), sum(total) FROM invoices WHERE "customerId" = 501 AND issued_on >= '2023-01-01' AND issued_on < '2023-02-01';
-- Page by page, by the last key that was seen.
-- wants: app.invoices btree (issued_on, id) | app.invoices btree (issued_on DESC, id DESC)
SELECT id, number, issued_on, total FROM invoices WHERE (issued_on, id) < ('2023-05-04', 4711) ORDER BY issued_on DESC, id DESC LIMIT 50;
-- One in three hundred is disputed.
-- wants: app.invoices btree (status, due_on) | app.invoices btree (due_on) WHERE status = 'DI' | app.invoices btree (due_on) WHERE status = 'DI'::bpchar | app.invoices btree (due_on) WHERE (status = 'DI'::bpchar)
SELECT id, number, due_on FROM invoices WHERE status = 'DI' ORDER BY due_on LIMIT 15;
SELECT number, due_on, "CompanyName" FROM "open items" WHERE due_on < '2021-03-01';
-- wants: app.invoice_lines btree (product_id) | app.invoice_lines btree (product_id) INCLUDE (net) | app.invoice_lines btree (product_id, net)
SELECT sum(net) FROM invoice_lines WHERE product_id = $1;
-- wants: app.payments btree (invoice_id) | app.payments btree (invoice_id) INCLUDE (amount) | app.payments btree (invoice_id, amount)
SELECT i.number, p.paid FROM invoices AS i, LATERAL (SELECT sum(amount) AS paid FROM payments WHERE payments.invoice_id = i.id) AS p WHERE i.id = $1;
SELECT i.id FROM invoices AS i WHERE i.id BETWEEN 700 AND 720 AND NOT EXISTS (SELECT FROM payments AS p WHERE p.invoice_id = i.id);
-- wants: app.payments btree ("right"(bank_reference, 8)) | app.payments btree (right(bank_reference, 8))
UPDATE payments SET memo = $2 WHERE right(bank_reference, 8) = $1;
-- Many accounts, few lines each, and the last lines of an account over all months.
-- wants: app.journal btree (account_id, posted_on) | app.journal btree (account_id, posted_on DESC)
SELECT id, debit, credit FROM journal WHERE account_id = $1 AND posted_on >= '2023-01-01' AND posted_on < '2023-07-01' ORDER BY posted_on;
SELECT posted_on, amount FROM account_lines WHERE account_id = 77 ORDER BY posted_on DESC LIMIT 3;
-- wants: app.journal btree (reversed_by) | app.journal btree (reversed_by) WHERE reversed_by IS NOT NULL | app.journal btree (reversed_by) WHERE (reversed_by IS NOT NULL)
SELECT id, posted_on FROM journal WHERE reversed_by = 4712;
-- A day of the log, which grows in time's order.
-- wants: app.audit_log brin (at) | app.audit_log btree (at)
SELECT actor_id, what, count(*) FROM audit_log WHERE at >= '2023-05-01' AND at < '2023-05-02' GROUP BY actor_id, what;
-- The history of one row: the row's number narrows, the table's name hardly does.
-- wants: app.audit_log btree (row_id) | app.audit_log btree (row_id, table_name) | app.audit_log btree (table_name, row_id) | app.audit_log btree (table_name, row_id, at) | app.audit_log btree (row_id, table_name, at) | app.audit_log btree (table_name, row_id, at DESC) | app.audit_log btree (row_id, table_name, at DESC)
SELECT at, actor_id, what, diff FROM audit_log WHERE table_name = 'invoices' AND row_id = $1 ORDER BY at DESC;
-- All of kind Z are new: who walks by time alone walks past all others.
-- wants: app.vouchers btree (kind, created_at) | app.vouchers btree (created_at) WHERE kind = 'Z' | app.vouchers btree (created_at) WHERE kind = 'Z'::bpchar | app.vouchers btree (created_at) WHERE (kind = 'Z'::bpchar)
SELECT id, amount FROM vouchers WHERE kind = 'Z' ORDER BY created_at LIMIT 10;
-- wants: app.documents gin (meta) | app.documents gin (meta jsonb_path_ops)
SELECT id, size FROM documents WHERE meta @> '{"sha": "c4ca4238a0b9"}';
-- wants: app.documents gin (words)
SELECT id FROM documents WHERE words @@ to_tsquery('simple', 'w77 & w539');
-- wants: app.suppliers gin (name gin_trgm_ops) | app.suppliers gin (name public.gin_trgm_ops)
SELECT id, name FROM suppliers WHERE name ILIKE '%c81e728d%';
-- Suppliers are deleted, and each deletion looks for their bills.
-- wants: app.bills btree (supplier_id) | app.bills btree (supplier_id) INCLUDE (amount) | app.bills btree (supplier_id, amount)
SELECT s.name, sum(b.amount) FROM suppliers AS s LEFT JOIN bills AS b ON b.supplier_id = s.id WHERE s.id = 5 GROUP BY s.name;
-- One bill in eighty is unpaid.
-- wants: app.bills btree (due_on) WHERE paid_on IS NULL | app.bills btree (due_on) WHERE (paid_on IS NULL) | app.bills btree (paid_on, due_on)
SELECT id, supplier_id, amount FROM bills WHERE paid_on IS NULL AND due_on <= '2021-06-30' ORDER BY due_on;
-- wants: app.stock_movements btree (item_id, warehouse_id) | app.stock_movements btree (item_id, warehouse_id) INCLUDE (qty) | app.stock_movements btree (item_id, warehouse_id, qty)
SELECT sum(qty) FROM stock_movements WHERE item_id = $1 AND warehouse_id = $2;
SELECT warehouse_id, sum(qty) FROM stock_movements WHERE item_id = 99 GROUP BY warehouse_id;
-- wants: app.timesheets btree (project_id) | app.timesheets btree (project_id) INCLUDE (hours) | app.timesheets btree (project_id, hours)
SELECT project_id, sum(hours) FROM timesheets GROUP BY project_id ORDER BY project_id LIMIT 10;
-- One employee's year: the number stands before the period.
-- wants: Lohn & "Gehalt".v2.Pay.slips btree ("EmployeeNo", "Period")
SELECT sum(gross), sum(net) FROM "Lohn & ""Gehalt"".v2"."Pay.slips" WHERE "EmployeeNo" = $1 AND "Period" BETWEEN '2022-01' AND '2022-12';
SELECT net FROM "Lohn & ""Gehalt"".v2"."Pay.slips" AS p WHERE p."EmployeeNo" = 'E0000077' AND p."Period" = '2021-03';
SELECT "Period", net FROM "Lohn & ""Gehalt"".v2"."Pay.slips" WHERE "EmployeeNo" = 'E0000078' ORDER BY "Period" DESC LIMIT 1;
-- Padded codes of an old program.
-- wants: app.gl_legacy btree (acct bpchar_pattern_ops)
SELECT yr, sum(amt) FROM gl_legacy WHERE acct LIKE '4711%' GROUP BY yr;
-- wants: app.bank_import btree (statement_id)
DELETE FROM bank_import WHERE statement_id = $1 AND booked;
-- The parent is empty, each child wants its own.
-- wants: app.ledger_archive_2019 btree (voucher)
-- wants: app.ledger_archive_2020 btree (voucher)
SELECT id, booked_on, amount FROM ledger_archive WHERE voucher = 'V4711';
-- against: settings(name) small_table
SELECT value FROM settings WHERE name = 'set7';
-- against: period_locks(period) small_table
SELECT locked_at FROM period_locks WHERE period = '2016-05' FOR UPDATE;
-- against: Customers(VatId) already_served
SELECT "CustomerId" FROM "Customers" WHERE "VatId" = 'DE7';
-- against: Customers(CountryCode) low_selectivity
SELECT sum("CreditLimit") FROM "Customers" WHERE "CountryCode" = 'DE';
-- against: invoice_lines(invoice_id) already_served
SELECT line_no, net, text FROM invoice_lines WHERE invoice_id = $1;
-- against: invoice_lines(tax_code) low_selectivity
SELECT sum(net) FROM invoice_lines WHERE tax_code = 'A';
-- against: exchange_rates(currency) already_served
SELECT rate FROM exchange_rates WHERE currency = 'C07' AND day <= '2023-03-05' ORDER BY day DESC LIMIT 1;
-- against: document_numbers(last_no) write_cost
SELECT range_name FROM document_numbers WHERE last_no = 80000;
-- against: bank_feed(iban) foreign_table
SELECT amount FROM bank_feed WHERE iban = 'DE02';
-- against: month_totals(account_id) already_served
SELECT sum(debit) FROM month_totals WHERE account_id = 12;
-- against: stock_movements(moved_at) most_rows_match
SELECT sum(qty), count(*) FROM stock_movements WHERE moved_at >= '2022-01-02';
-- Its bin tells the warehouse.
-- misses: stock_counts gain_not_real
SELECT sum(counted) FROM stock_counts WHERE bin_id = 45 AND warehouse_id = 4;
-- Served: the index runs backward as well, a partial index has what it needs, a month is one partition.
SELECT id, amount FROM payments ORDER BY received_on LIMIT 10;
SELECT id, amount FROM bills WHERE approved_by IS NULL ORDER BY booked_on LIMIT 20;
SELECT account_id, sum(debit), sum(credit) FROM journal WHERE posted_on >= '2022-03-01' AND posted_on < '2022-04-01' GROUP BY account_id;
-- The end of the year reads all.
SELECT date_trunc('month', i.issued_on), l.tax_code, sum(l.net) FROM invoices AS i JOIN invoice_lines AS l ON l.invoice_id = i.id GROUP BY 1, 2;
INSERT INTO settings SELECT 'total', 1, sum(amount) FROM payments;
