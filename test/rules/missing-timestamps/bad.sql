CREATE TABLE invoices ( -- expect: missing-timestamps hint @ invoices
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  total_cents bigint NOT NULL
);
