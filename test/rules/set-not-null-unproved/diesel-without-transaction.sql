-- tool: diesel
-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- down: ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
-- file: 0002_change/metadata.toml: run_in_transaction = false
-- Diesel sends the file as one message all the same: the proof needs a migration of its own.
ALTER TABLE users ALTER COLUMN email SET NOT NULL; -- expect: set-not-null-unproved warning @ ALTER COLUMN email SET NOT NULL
