-- tool: diesel
CREATE TABLE bins (id bigint PRIMARY KEY, title text);
-- expect-file: client-only-text error @ COPY bins (id, title) FROM stdin
COPY bins (id, title) FROM stdin;
1	a; DROP TABLE bins;
\.
COPY bins (id, title) FROM '/srv/bins.csv';
