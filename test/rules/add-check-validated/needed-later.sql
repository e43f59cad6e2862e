-- SET NOT NULL rests on the check being valid here: no fix is offered.
-- before: CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
ALTER TABLE orders ADD CONSTRAINT orders_total_there CHECK (total IS NOT NULL); -- expect: add-check-validated warning @ CHECK
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
