-- tool: golang-migrate
-- expect-file: client-only-text @ \restrict aB3xYz
\restrict aB3xYz
CREATE TABLE bins (id bigint PRIMARY KEY);
-- expect-file: client-only-text @ \unrestrict aB3xYz
\unrestrict aB3xYz
