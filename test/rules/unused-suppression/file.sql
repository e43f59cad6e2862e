-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state text);
-- expect-file: unused-suppression hint @ drop-table
-- lockstep:ignore-file create-index-blocking, drop-table -- the table is small
CREATE INDEX orders_state_idx ON orders (state);
-- lockstep:ignore create-idx -- a wrong name
CREATE INDEX orders_id_idx ON orders (id); -- expect: unused-suppression hint @ create-idx
