-- No migration made the table: it is old, large and in use. Nothing is known of the column, so no fix is offered.
ALTER TABLE ONLY legacy.users RENAME mail TO email; -- expect: rename-column warning @ RENAME mail TO email
