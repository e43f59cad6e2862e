-- before: CREATE TABLE orders (id bigint PRIMARY KEY, day date); CREATE MATERIALIZED VIEW totals AS SELECT day, count(*) AS n FROM orders GROUP BY day;
-- before: CREATE UNIQUE INDEX totals_day_key ON totals (day) WHERE n > 0;
REFRESH MATERIALIZED VIEW totals; -- expect: refresh-materialized-view-blocking warning @ REFRESH MATERIALIZED VIEW
REFRESH MATERIALIZED VIEW app.unknown; -- expect: refresh-materialized-view-blocking warning @ REFRESH MATERIALIZED VIEW
