-- ledger: modified
-- expect-file: edited-after-apply
CREATE TABLE orders (id bigint PRIMARY KEY, currency text);
