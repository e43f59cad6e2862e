-- down: derived
-- Down payments and rollbacks are words like others.
CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, down boolean, created_at timestamptz NOT NULL DEFAULT now());

CREATE FUNCTION note() RETURNS text LANGUAGE sql AS $$
  -- rollback
  SELECT 'a'
$$;

-- Rollback
