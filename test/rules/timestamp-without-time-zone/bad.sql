CREATE TABLE meetings (
  id bigint PRIMARY KEY,
  created_at timestamp NOT NULL DEFAULT now() -- expect: timestamp-without-time-zone hint @ timestamp
);
