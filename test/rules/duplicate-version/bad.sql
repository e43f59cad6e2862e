-- file: 0002_other.sql: CREATE TABLE other (id bigint PRIMARY KEY);
-- expect-file: duplicate-version
CREATE TABLE orders (id bigint PRIMARY KEY);
