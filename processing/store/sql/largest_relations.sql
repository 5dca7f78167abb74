-- A table with what is stored out of line, without its indexes.
SELECT relname AS name, CASE relkind WHEN 'i' THEN 'index' ELSE 'table' END AS kind,
       CASE relkind WHEN 'i' THEN pg_relation_size(oid) ELSE pg_table_size(oid) END AS bytes
  FROM pg_class
 WHERE relnamespace = 'press'::regnamespace AND relkind IN ('r', 'i')
 ORDER BY bytes DESC, name
 LIMIT %(limit)s
