-- tool: golang-migrate
-- file: 2_other.up.sql: CREATE TABLE other (id bigint PRIMARY KEY);
-- expect-file: duplicate-version error @ -- tool: golang-migrate
CREATE TABLE orders (id bigint PRIMARY KEY);
