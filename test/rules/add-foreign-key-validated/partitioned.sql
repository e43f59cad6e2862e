-- before: CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE events (id bigint, customer_id bigint, at date) PARTITION BY RANGE (at);
-- before: CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers; -- expect: add-foreign-key-validated warning @ FOREIGN KEY
