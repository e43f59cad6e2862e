-- pg: 15
ALTER TABLE IF EXISTS billing."Invoices" RENAME TO bills; -- expect: rename-table @ RENAME TO bills
ALTER VIEW monthly RENAME TO per_month; -- expect: rename-table @ RENAME
ALTER SEQUENCE s RENAME TO t;
