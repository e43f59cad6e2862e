-- tool: goose
-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seen := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd
-- +goose Down
DROP FUNCTION touch();
