-- pg: 18
-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users SET UNLOGGED; -- expect: rewrite-table warning @ SET UNLOGGED
ALTER TABLE users ADD COLUMN name_lower text GENERATED ALWAYS AS (lower(name)) STORED; -- expect: rewrite-table warning @ ADD COLUMN name_lower text GENERATED ALWAYS AS (lower(name)) STORED
