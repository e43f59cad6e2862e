-- before: CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10), note varchar(10)); CREATE VIEW names AS SELECT name FROM users;
-- down: SELECT 1;
ALTER TABLE users ALTER COLUMN name TYPE varchar(20); -- expect: change-type-rewrites error @ ALTER COLUMN name TYPE varchar(20)
-- No view reads this one, and nothing is rewritten.
ALTER TABLE users ALTER COLUMN note TYPE varchar(20);
-- In one transaction with the view it works.
DROP VIEW names;
ALTER TABLE users ALTER COLUMN name TYPE varchar(30);
CREATE VIEW names AS SELECT name FROM users;
