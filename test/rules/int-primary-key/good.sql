-- down: derived
CREATE TABLE events (id bigserial PRIMARY KEY);
CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE countries (code int PRIMARY KEY);
CREATE TABLE details (event_id int PRIMARY KEY REFERENCES events (id));
CREATE TABLE pairs (a serial, b serial, PRIMARY KEY (a, b));
CREATE TABLE counters (id bigint PRIMARY KEY, n serial);
CREATE TEMPORARY TABLE scratch (id serial PRIMARY KEY);
