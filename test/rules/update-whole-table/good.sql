-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, state text NOT NULL, parent_id bigint);
-- down: derived
UPDATE users SET state = 'gone' WHERE state = 'deleted';
UPDATE users SET name = 'x' WHERE name IS NULL;
UPDATE users SET name = p.name FROM users AS p WHERE p.id = users.parent_id;
UPDATE users SET name = trim(name) WHERE id BETWEEN 1 AND 5000;
CREATE TABLE plans (id bigint PRIMARY KEY, price bigint);
UPDATE plans SET price = 0;
