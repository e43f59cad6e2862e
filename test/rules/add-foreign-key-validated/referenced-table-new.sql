-- before: CREATE TABLE orders (id bigint PRIMARY KEY, state_id bigint);
CREATE TABLE states (id bigint PRIMARY KEY);
ALTER TABLE orders ADD FOREIGN KEY (state_id) REFERENCES states; -- expect: add-foreign-key-validated warning @ FOREIGN KEY
