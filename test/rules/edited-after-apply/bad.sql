-- ledger: modified
-- expect-file: edited-after-apply error @ -- ledger: modified
CREATE TABLE orders (id bigint PRIMARY KEY, currency text);
