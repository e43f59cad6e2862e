-- tool: diesel
-- before: CREATE TABLE app.users ("Id" uuid PRIMARY KEY, name text NOT NULL);
UPDATE app.users AS u SET name = upper(u.name) WHERE u.name IS NOT NULL; -- expect: update-whole-table warning @ UPDATE app.users
