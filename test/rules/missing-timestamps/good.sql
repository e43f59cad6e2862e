-- down: derived
CREATE TABLE invoices (id bigint PRIMARY KEY, total bigint, note text, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE events (id bigint PRIMARY KEY, kind text, payload jsonb, occurred timestamptz);
CREATE TABLE currencies (code text PRIMARY KEY, name text);
CREATE TABLE members (team_id bigint REFERENCES invoices (id), user_id bigint REFERENCES events (id), role text, PRIMARY KEY (team_id, user_id));
CREATE TABLE copy (LIKE invoices);
CREATE TEMPORARY TABLE scratch (a int, b int, c int);
CREATE TABLE parts (id bigint, at timestamptz, v int) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
