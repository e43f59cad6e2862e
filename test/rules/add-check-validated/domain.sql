-- before: CREATE DOMAIN price AS bigint; CREATE TABLE orders (id bigint PRIMARY KEY, total price);
ALTER DOMAIN price ADD CONSTRAINT price_positive CHECK (VALUE >= 0); -- expect: add-check-validated warning @ CHECK
ALTER DOMAIN price ADD CONSTRAINT price_small CHECK (VALUE < 100) NOT VALID;
CREATE DOMAIN weight AS bigint;
ALTER DOMAIN weight ADD CHECK (VALUE > 0);
