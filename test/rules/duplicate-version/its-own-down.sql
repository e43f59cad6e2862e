-- expect: none
-- down: DROP TABLE orders;
CREATE TABLE orders (id bigint PRIMARY KEY);
