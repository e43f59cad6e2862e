-- down: derived
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE countries (code char(2) PRIMARY KEY);
CREATE TABLE settings (name text PRIMARY KEY, value text);
CREATE TABLE logins (user_name text, at timestamptz, PRIMARY KEY (user_name, at));
CREATE TABLE users (id bigint PRIMARY KEY, username text UNIQUE);
CREATE TABLE avatars (username text PRIMARY KEY REFERENCES users (username), image bytea);
CREATE TABLE reserved_usernames (username text PRIMARY KEY);
