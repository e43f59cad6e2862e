-- tool: diesel
-- before: CREATE TABLE app_sessions (token uuid PRIMARY KEY, data jsonb);
DELETE FROM app_sessions; -- expect: delete-whole-table warning @ DELETE FROM app_sessions
