-- expect-file: marks-of-another-tool error @ -- ==== DOWN ====
CREATE TABLE phones (id bigint PRIMARY KEY);

-- ==== DOWN ====
DROP TABLE phones;
