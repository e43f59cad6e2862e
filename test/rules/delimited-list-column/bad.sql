CREATE TABLE articles (
  id bigint PRIMARY KEY,
  tags text -- expect: delimited-list-column hint @ tags
);
