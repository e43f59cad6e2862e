-- file: 0002_other.sql: CREATE TABLE other (id bigint PRIMARY KEY);
-- expect-file: duplicate-version error @ -- file: 0002_other.sql: CREATE TABLE other (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY);
