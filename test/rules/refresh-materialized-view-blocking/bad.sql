-- before: CREATE TABLE orders (id bigint PRIMARY KEY, day date); CREATE MATERIALIZED VIEW totals AS SELECT day, count(*) AS n FROM orders GROUP BY day;
-- before: CREATE UNIQUE INDEX totals_day_key ON totals (day);
REFRESH MATERIALIZED VIEW totals; -- expect: refresh-materialized-view-blocking warning @ REFRESH MATERIALIZED VIEW
