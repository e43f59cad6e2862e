-- tool: golang-migrate
CREATE TABLE notes (id bigint PRIMARY KEY);
-- expect: transaction-not-ended error @ START TRANSACTION
START TRANSACTION;
CREATE TABLE pages (id bigint PRIMARY KEY)
