-- before: CREATE TABLE a (id int); CREATE TABLE b (id int);
CREATE TABLE here (id int);
TRUNCATE ONLY a, logs.entries, here RESTART IDENTITY; -- expect: truncate-table warning @ ONLY a, logs.entries
