-- before: CREATE TABLE users (id bigint); CREATE TYPE mood AS ENUM ('ok');
SET LOCAL lock_timeout = '5s';
ALTER TABLE users
  ADD COLUMN age int NOT NULL, -- expect: add-not-null-column-without-default error @ NOT NULL
  ADD COLUMN tags text[] DEFAULT NULL NOT NULL, -- expect: add-not-null-column-without-default error @ NOT NULL
  ADD how mood CONSTRAINT how_there NOT NULL, -- expect: add-not-null-column-without-default error @ NOT NULL
  ADD COLUMN nick varchar(20);
ALTER TABLE elsewhere ADD COLUMN id uuid PRIMARY KEY; -- expect: add-not-null-column-without-default error @ PRIMARY KEY
