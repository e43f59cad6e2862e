-- tool: goose
-- +goose Up
-- expect-file: statement-cut-by-tool error @ CREATE FUNCTION … $$
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seen := now();
  RETURN NEW;
END
$$;
-- +goose Down
DROP FUNCTION touch();
