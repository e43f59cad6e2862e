-- Some editors write a mark at the start.
-- tool: golang-migrate
-- expect-file: client-only-text error @ U+FEFF
CREATE TABLE bins (id bigint PRIMARY KEY);
