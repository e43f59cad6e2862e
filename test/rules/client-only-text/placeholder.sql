-- tool: golang-migrate
-- A template engine may fill it in before the tool reads the file.
-- expect: none
CREATE TABLE ${schema}.pages (id bigint PRIMARY KEY);
