CREATE TABLE articles (id bigint PRIMARY KEY, tags text[], label_ids bigint[], meta jsonb, description text, hashtag text);
CREATE TABLE playlists (id bigint PRIMARY KEY, playlist text, email text, category text, listing text);
ALTER TABLE articles ADD COLUMN keywords text[] NOT NULL DEFAULT '{}';
