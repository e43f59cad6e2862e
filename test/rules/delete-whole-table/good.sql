-- before: CREATE TABLE sessions (id bigint PRIMARY KEY, user_id bigint, expires_at timestamptz);
-- before: CREATE TABLE banned (user_id bigint PRIMARY KEY);
-- down: derived
DELETE FROM sessions WHERE expires_at < now();
DELETE FROM sessions USING banned WHERE banned.user_id = sessions.user_id;
DELETE FROM sessions WHERE expires_at IS NOT NULL;
CREATE TABLE fresh (id bigint);
INSERT INTO fresh VALUES (1);
DELETE FROM fresh;
CREATE TEMPORARY TABLE scratch (id bigint);
DELETE FROM scratch;
