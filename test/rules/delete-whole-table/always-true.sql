-- before: CREATE TABLE sessions (id bigint PRIMARY KEY, expires_at timestamptz NOT NULL);
DELETE FROM sessions WHERE true; -- expect: delete-whole-table warning @ DELETE FROM sessions
DELETE FROM sessions WHERE 1 = 1; -- expect: delete-whole-table warning @ DELETE FROM sessions
DELETE FROM ONLY public.sessions AS s WHERE s.expires_at IS NOT NULL; -- expect: delete-whole-table warning @ DELETE FROM ONLY public.sessions
DELETE FROM unheard_of; -- expect: delete-whole-table warning @ DELETE FROM unheard_of
