-- The column has to be NOT NULL for what follows: no fix that leaves that for later.
-- before: CREATE TABLE users (name text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE users ADD COLUMN id uuid NOT NULL, ADD PRIMARY KEY (id); -- expect: add-not-null-column-without-default error @ NOT NULL
