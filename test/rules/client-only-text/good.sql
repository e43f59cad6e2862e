-- tool: golang-migrate
-- down: derived
CREATE TABLE bins (id bigint PRIMARY KEY, title text);
INSERT INTO bins VALUES (1, 'Dear ${user.name}, :who'), (2, E'\\restrict');
