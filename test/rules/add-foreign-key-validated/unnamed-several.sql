-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, "Ship To" bigint);
ALTER TABLE public.orders
  ADD COLUMN note text,
  ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE, -- expect: add-foreign-key-validated warning @ FOREIGN KEY
  ADD FOREIGN KEY ("Ship To") REFERENCES customers DEFERRABLE INITIALLY DEFERRED; -- expect: add-foreign-key-validated warning @ FOREIGN KEY
