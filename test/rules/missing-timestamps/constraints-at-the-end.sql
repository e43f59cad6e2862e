CREATE TABLE invoices ( -- expect: missing-timestamps hint @ invoices
  id bigint NOT NULL,
  customer_id bigint NOT NULL,
  state text NOT NULL DEFAULT 'a,b', -- of the list (see above)
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
) WITH (fillfactor = 90);
CREATE TABLE x (a int, b int, c int); -- expect: missing-timestamps hint @ x
