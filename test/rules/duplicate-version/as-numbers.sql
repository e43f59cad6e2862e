-- tool: golang-migrate
-- file: 2_other.up.sql: CREATE TABLE other (id bigint PRIMARY KEY);
-- expect-file: duplicate-version
CREATE TABLE orders (id bigint PRIMARY KEY);
