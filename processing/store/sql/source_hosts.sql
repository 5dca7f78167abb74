SELECT host, min(source_id)
  FROM (SELECT id AS source_id,
               lower(regexp_replace(substring(homepage FROM '^[a-z]+://([^/:?#]+)'), '^www\.', '')) AS host
          FROM press.source) AS named
 GROUP BY host
HAVING count(*) = 1
