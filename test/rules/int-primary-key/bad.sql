CREATE TABLE events (
  id serial PRIMARY KEY, -- expect: int-primary-key hint @ serial
  payload jsonb NOT NULL
);
