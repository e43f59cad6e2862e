-- before: CREATE TABLE users (id bigint PRIMARY KEY);
-- expect-file: missing-down warning @ -- before: CREATE TABLE users (id bigint PRIMARY KEY);
ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';
