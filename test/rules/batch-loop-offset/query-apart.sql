-- before: CREATE TABLE jobs (id bigint PRIMARY KEY, state text);
-- expect: batch-loop-offset error @ OFFSET pos
DO $$
DECLARE
  ids bigint[];
  pos integer := 0;
BEGIN
  LOOP
    SELECT array_agg(id) INTO ids FROM (SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 100 OFFSET pos) AS batch;
    EXIT WHEN ids IS NULL;
    UPDATE jobs SET state = 'old' WHERE id = ANY (ids);
    pos := pos + 100;
  END LOOP;
END
$$;
