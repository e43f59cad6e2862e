-- pg: 17
-- expect: none
CREATE TYPE mood AS ENUM ('sad');
ALTER TYPE mood ADD VALUE 'happy';
CREATE TABLE people (id bigint PRIMARY KEY, mood mood DEFAULT 'happy');
