/** Statements of a down file, and the tables that lose rows by them. `test/postgres/losses.test.ts` looks whether they do. */
export const given = `
  CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);
  CREATE TABLE items (order_id int REFERENCES orders (id) ON DELETE CASCADE);
  CREATE TABLE audits (user_id int REFERENCES users (id) ON DELETE SET NULL);
  CREATE TABLE logs (at date) PARTITION BY RANGE (at);
  CREATE TABLE logs_1 PARTITION OF logs DEFAULT;
  CREATE SCHEMA old;
  CREATE TABLE old.one (id int);
  CREATE TABLE old."two.parts" (id int);
  CREATE VIEW adults AS SELECT id FROM users;
`;

export const CASES: readonly (readonly [sql: string, ...lost: string[]])[] = [
  ['DROP TABLE items, orders', 'dropped public.items', 'dropped public.orders'],
  ['DROP TABLE logs', 'dropped public.logs'],
  ['DROP TABLE logs_1', 'dropped public.logs_1'],
  ['DROP TABLE IF EXISTS nowhere', 'dropped ?.nowhere'],
  ['DROP TABLE elsewhere.t', 'dropped elsewhere.t'],
  ['DROP SCHEMA old CASCADE', 'dropped old.one', 'dropped old.two.parts'],
  ['DROP VIEW adults'],
  ['ALTER TABLE items DROP CONSTRAINT items_order_id_fkey'],
  ['ALTER TABLE orders DROP COLUMN user_id'],
  ['TRUNCATE audits', 'emptied public.audits'],
  ['TRUNCATE orders CASCADE', 'emptied public.orders', 'emptied public.items'],
  ['DELETE FROM audits', 'emptied public.audits'],
  ['DELETE FROM orders WHERE id > 3', 'deleted public.orders', 'deleted public.items'],
  ['DELETE FROM users', 'emptied public.users', 'deleted public.orders', 'deleted public.items'],
  ['WITH gone AS (DELETE FROM items RETURNING 1) SELECT count(*) FROM gone', 'deleted public.items'],
  ['MERGE INTO items USING orders ON order_id = id WHEN MATCHED THEN DELETE', 'deleted public.items'],
  ['MERGE INTO items USING orders ON order_id = id WHEN MATCHED THEN DO NOTHING'],
  ['UPDATE items SET order_id = 1'],
  ['DO $$ BEGIN DELETE FROM items; END $$', 'emptied public.items'],
  ['EXPLAIN DELETE FROM items'],
  ['EXPLAIN ANALYZE DELETE FROM items', 'emptied public.items'],
  // What the script made itself, and what it is called before it runs.
  ['CREATE TABLE own (id int); INSERT INTO own VALUES (1); DROP TABLE own'],
  ['ALTER TABLE items RENAME TO things; DROP TABLE things', 'dropped public.items'],
  ['ALTER TABLE items SET SCHEMA old; DROP TABLE old.items', 'dropped public.items'],
  ['DELETE FROM items WHERE order_id = 1; TRUNCATE items; DROP TABLE items', 'dropped public.items'],
  ['DROP TABLE items; DELETE FROM orders', 'dropped public.items', 'emptied public.orders'],
];
