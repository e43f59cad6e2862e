/** What the three migrations do, and the one that fails in the middle. */
export const SQL = {
  users: { up: 'CREATE TABLE users (id bigint PRIMARY KEY);\n', down: 'DROP TABLE users;\n' },
  email: { up: 'ALTER TABLE users ADD COLUMN email text;\n', down: 'ALTER TABLE users DROP COLUMN email;\n' },
  index: {
    up: 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n',
    down: 'DROP INDEX CONCURRENTLY users_email;\n',
  },
  broken: { up: 'CREATE TABLE half (id int);\nSELECT no_such_function();\n', down: 'DROP TABLE half;\n' },
} as const;
