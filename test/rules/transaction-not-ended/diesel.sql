-- tool: diesel
-- Diesel's own COMMIT ends it.
-- expect: none
BEGIN;
CREATE TABLE notes (id bigint PRIMARY KEY);
