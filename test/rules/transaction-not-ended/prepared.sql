BEGIN;
CREATE TABLE notes (id bigint PRIMARY KEY);
-- expect: transaction-not-ended error @ PREPARE TRANSACTION 'notes'
PREPARE TRANSACTION 'notes';
