-- before: CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);
-- expect: batch-loop-offset error @ OFFSET n
CREATE PROCEDURE purge() LANGUAGE plpgsql AS $body$
DECLARE
  n integer := 0;
BEGIN
  WHILE n < 100000 LOOP
    DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < now() - interval '1 year' ORDER BY id OFFSET n LIMIT 500);
    n := n + 500;
    COMMIT;
  END LOOP;
END
$body$;
