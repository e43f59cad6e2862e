-- before: CREATE TABLE a (id int); CREATE TABLE b (id int);
-- expect: truncate-table @ a
-- expect: truncate-table @ logs.entries
TRUNCATE ONLY a, logs.entries RESTART IDENTITY;
