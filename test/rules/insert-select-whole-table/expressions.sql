-- before: CREATE TABLE app.users (id uuid PRIMARY KEY, email text NOT NULL);
-- before: CREATE TABLE people (id uuid PRIMARY KEY, email text);
-- before: CREATE TABLE stats (n bigint);
INSERT INTO people SELECT u.id, lower(u.email) FROM app.users AS u WHERE true ON CONFLICT DO NOTHING; -- expect: insert-select-whole-table information @ INSERT INTO people
-- Aggregates read the table, and cannot be cut into batches.
INSERT INTO stats SELECT count(*) FROM app.users;
