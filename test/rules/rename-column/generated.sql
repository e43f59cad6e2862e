-- before: CREATE TABLE items (id bigint PRIMARY KEY, price int, doubled int GENERATED ALWAYS AS (price * 2) STORED);
-- down: ALTER TABLE items RENAME COLUMN cost TO price;
-- No fix: dropping the old column would take the generated one along.
ALTER TABLE items RENAME COLUMN price TO cost; -- expect: rename-column warning @ RENAME COLUMN price TO cost
