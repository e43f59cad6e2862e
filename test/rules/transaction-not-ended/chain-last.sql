BEGIN;
CREATE TABLE notes (id bigint PRIMARY KEY);
-- expect: transaction-not-ended error @ COMMIT AND CHAIN
COMMIT AND CHAIN
