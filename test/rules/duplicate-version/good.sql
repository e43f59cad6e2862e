-- file: 0003_other.sql: CREATE TABLE other (id bigint PRIMARY KEY);
-- down: derived
CREATE TABLE orders (id bigint PRIMARY KEY);
