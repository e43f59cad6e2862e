-- before: CREATE TABLE articles (id bigint PRIMARY KEY);
-- down: derived
SET LOCAL lock_timeout = '5s';
CREATE TABLE playlists (id bigint PRIMARY KEY, playlist text, email text, category text, listing text,
  tags text[], label_ids bigint[], meta jsonb, description text, hashtag text,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
ALTER TABLE articles ADD COLUMN keywords text[] NOT NULL DEFAULT '{}';
