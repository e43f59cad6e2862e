-- before: CREATE TABLE users (id bigint PRIMARY KEY, name text, name_lower text);
-- expect: batch-loop-offset error @ OFFSET done
DO $$
DECLARE
  done integer := 0;
BEGIN
  LOOP
    UPDATE users SET name_lower = lower(name)
    WHERE id IN (SELECT id FROM users WHERE name_lower IS NULL ORDER BY id LIMIT 1000 OFFSET done);
    EXIT WHEN NOT FOUND;
    done := done + 1000;
  END LOOP;
END
$$;
