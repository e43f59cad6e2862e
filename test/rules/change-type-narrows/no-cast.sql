-- before: CREATE TABLE t (a text, b varchar(10), c int, d text, e text);
SET LOCAL lock_timeout = '5s';
ALTER TABLE t ALTER COLUMN a TYPE integer; -- expect: change-type-narrows error @ ALTER COLUMN a TYPE integer
ALTER TABLE t ALTER COLUMN c TYPE boolean; -- expect: change-type-narrows error @ ALTER COLUMN c TYPE boolean
ALTER TABLE t ALTER COLUMN b TYPE uuid USING b::uuid; -- expect: change-type-narrows warning @ ALTER COLUMN b TYPE uuid USING b::uuid
ALTER TABLE t ALTER COLUMN d TYPE text[] USING string_to_array(d, ',');
ALTER TABLE t ALTER COLUMN e TYPE boolean USING e = 'yes';
