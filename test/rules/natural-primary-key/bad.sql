CREATE TABLE customers (
  email text PRIMARY KEY, -- expect: natural-primary-key hint @ email
  name text NOT NULL
);
