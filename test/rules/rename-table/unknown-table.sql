-- pg: 15
-- before: CREATE VIEW monthly AS SELECT 1 AS n;
ALTER TABLE billing."Invoices" RENAME TO bills; -- expect: rename-table @ RENAME TO bills
ALTER TABLE IF EXISTS billing."Orders" RENAME TO orders; -- expect: rename-table @ RENAME TO orders
ALTER VIEW monthly RENAME TO per_month; -- expect: rename-table @ RENAME
ALTER SEQUENCE s RENAME TO t;
