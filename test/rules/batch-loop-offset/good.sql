-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, name_lower text);
-- down: derived
-- Always the first rows of what is left.
DO $$
BEGIN
  LOOP
    UPDATE users SET name_lower = lower(name)
    WHERE id IN (SELECT id FROM users WHERE name_lower IS NULL ORDER BY id LIMIT 1000);
    EXIT WHEN NOT FOUND;
  END LOOP;
END
$$;

-- The condition does not depend on what the loop changes: OFFSET counts rightly.
DO $$
BEGIN
  FOR i IN 0..9 LOOP
    UPDATE users SET name = trim(name)
    WHERE id IN (SELECT id FROM users WHERE id > 100 ORDER BY id LIMIT 1000 OFFSET i * 1000);
  END LOOP;
END
$$;

-- Another table than the one that is read.
DO $$
BEGIN
  FOR i IN 0..9 LOOP
    INSERT INTO archive SELECT * FROM users ORDER BY id LIMIT 1000 OFFSET i * 1000;
  END LOOP;
END
$$;

-- No loop.
SELECT id FROM users ORDER BY id LIMIT 10 OFFSET 20;
