-- expect: commit-not-allowed error @ COMMIT
CREATE FUNCTION settle() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
CREATE PROCEDURE settle_all() LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1;
  COMMIT;
END
$$;
-- expect: commit-not-allowed error @ ROLLBACK
CREATE PROCEDURE settle_as_owner() LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  ROLLBACK;
END
$$;
-- expect: commit-not-allowed error @ COMMIT
CREATE PROCEDURE settle_in_app() LANGUAGE plpgsql SET search_path = app AS $$
BEGIN
  COMMIT;
END
$$;
