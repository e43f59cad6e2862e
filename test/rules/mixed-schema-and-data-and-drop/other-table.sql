-- before: CREATE TABLE users (id bigint PRIMARY KEY, address text);
-- before: CREATE TABLE profiles (user_id bigint PRIMARY KEY);
-- expect-file: mixed-schema-and-data-and-drop warning @ DROP COLUMN address
ALTER TABLE profiles ADD COLUMN address text;
UPDATE profiles SET address = u.address FROM users AS u WHERE u.id = profiles.user_id;
ALTER TABLE users DROP COLUMN address;
