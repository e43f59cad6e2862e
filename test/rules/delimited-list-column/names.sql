-- before: CREATE TABLE old (id bigint PRIMARY KEY);
CREATE TABLE a (user_ids varchar(255)); -- expect: delimited-list-column hint @ user_ids
CREATE TABLE b (roles_csv text NOT NULL DEFAULT ''); -- expect: delimited-list-column hint @ roles_csv
CREATE TABLE c ("Recipients" text); -- expect: delimited-list-column hint @ "Recipients"
CREATE TABLE d (comma_separated_names text); -- expect: delimited-list-column hint @ comma_separated_names
ALTER TABLE old ADD COLUMN label_list text; -- expect: delimited-list-column hint @ label_list
