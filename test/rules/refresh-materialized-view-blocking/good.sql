-- before: CREATE TABLE orders (id bigint PRIMARY KEY, day date); CREATE MATERIALIZED VIEW totals AS SELECT day, count(*) AS n FROM orders GROUP BY day;
-- before: CREATE UNIQUE INDEX totals_day_key ON totals (day);
-- down: derived
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;
