CREATE TABLE customers (
  email text PRIMARY KEY, -- expect: natural-primary-key @ email
  name text NOT NULL
);
