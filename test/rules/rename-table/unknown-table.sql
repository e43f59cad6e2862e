-- pg: 15
-- before: CREATE VIEW monthly AS SELECT 1 AS n;
ALTER TABLE billing."Invoices" RENAME TO bills; -- expect: rename-table warning @ RENAME TO bills
ALTER TABLE IF EXISTS billing."Orders" RENAME TO orders; -- expect: rename-table warning @ RENAME TO orders
ALTER VIEW monthly RENAME TO per_month; -- expect: rename-table warning @ RENAME TO per_month
ALTER SEQUENCE s RENAME TO t;
