-- Every running copy of the shop still asks for full_name.
ALTER TABLE users RENAME COLUMN full_name TO display_name;
