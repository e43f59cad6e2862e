-- tool: golang-migrate
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'happy';
CREATE TABLE people (id bigint PRIMARY KEY, mood mood DEFAULT 'happy'); -- expect: enum-value-used-in-same-transaction error @ 'happy'
