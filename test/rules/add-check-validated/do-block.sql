-- before: CREATE TABLE users (id bigint PRIMARY KEY, age int);
-- down: ALTER TABLE users DROP CONSTRAINT age_positive;
-- The usual way to make it repeatable changes nothing of what it locks.
-- expect: add-check-validated warning @ CHECK
-- expect: create-index-blocking warning @ CREATE INDEX
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'age_positive') THEN
    ALTER TABLE users ADD CONSTRAINT age_positive CHECK (age > 0);
  END IF;
  CREATE INDEX users_age ON users (age);
END
$$;
-- A table that the block makes is nobody else's, and a loop works in portions.
DO $$
BEGIN
  CREATE TABLE notes (id bigint PRIMARY KEY, body text);
  ALTER TABLE notes ADD CONSTRAINT body_given CHECK (body <> '');
  FOR i IN 1..1 LOOP
    ALTER TABLE users ADD CONSTRAINT again CHECK (age > 1);
  END LOOP;
END
$$;
-- A function only says what it would do.
CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ALTER TABLE users ADD CONSTRAINT later CHECK (age > 2);
END
$$;
