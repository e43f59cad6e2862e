-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text);
-- expect: none
CREATE TABLE teams (id bigint, name text UNIQUE);
ALTER TABLE teams ADD PRIMARY KEY (id);
ALTER TABLE teams ADD UNIQUE (name, id);
