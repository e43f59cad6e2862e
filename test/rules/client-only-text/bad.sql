-- tool: golang-migrate
-- expect-file: client-only-text error @ \restrict aB3xYz
\restrict aB3xYz
CREATE TABLE bins (id bigint PRIMARY KEY);
-- expect-file: client-only-text error @ \unrestrict aB3xYz
\unrestrict aB3xYz
