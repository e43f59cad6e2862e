-- ledger: applied
-- down: derived
CREATE TABLE orders (id bigint PRIMARY KEY);
