CREATE TABLE events (
  id serial PRIMARY KEY, -- expect: int-primary-key @ serial
  payload jsonb NOT NULL
);
