-- before: CREATE TABLE t (id bigint PRIMARY KEY, big bigint, price numeric(10,4), at timestamptz, ratio double precision, word text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE t ALTER COLUMN big TYPE integer, -- expect: change-type-narrows error @ ALTER COLUMN big TYPE integer
  ALTER COLUMN price TYPE numeric(10,2), -- expect: change-type-narrows warning @ ALTER COLUMN price TYPE numeric(10,2)
  ALTER COLUMN at TYPE date, -- expect: change-type-narrows error @ ALTER COLUMN at TYPE date
  ALTER COLUMN ratio TYPE real; -- expect: change-type-narrows warning @ ALTER COLUMN ratio TYPE real
ALTER TABLE t ALTER COLUMN word TYPE varchar(5) USING word::varchar(5); -- expect: change-type-narrows error @ ALTER COLUMN word TYPE varchar(5) USING word::varchar(5)
