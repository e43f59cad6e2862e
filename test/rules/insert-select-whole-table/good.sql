-- before: CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, state text);
-- before: CREATE TABLE gone (user_id bigint PRIMARY KEY, email text);
-- down: derived
INSERT INTO gone (user_id, email) SELECT id, email FROM users WHERE state = 'gone';
INSERT INTO gone (user_id, email) SELECT id, email FROM users ORDER BY id LIMIT 10;
INSERT INTO gone (user_id, email) VALUES (1, 'a');
INSERT INTO gone (user_id) SELECT generate_series(1, 10);
INSERT INTO gone (user_id) SELECT id FROM unheard_of;
CREATE TABLE fresh (id bigint PRIMARY KEY);
INSERT INTO gone (user_id) SELECT id FROM fresh;
