-- before: CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at timestamptz NOT NULL);
DELETE FROM sessions; -- expect: delete-whole-table warning @ DELETE FROM sessions
