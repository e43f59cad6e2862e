-- A table that no migration made is old and in use.
CREATE INDEX ON legacy.orders (customer_id); -- expect: create-index-blocking warning @ CREATE INDEX
