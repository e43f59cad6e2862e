-- What they lose they lose by name.
-- before: CREATE TABLE users (id bigint PRIMARY KEY, mail text);
-- down: derived
SET LOCAL lock_timeout = '5s';
DROP TABLE users; -- expect: drop-table warning @ users
TRUNCATE elsewhere; -- expect: truncate-table warning @ elsewhere
