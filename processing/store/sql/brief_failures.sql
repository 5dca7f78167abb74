-- Sources at which a look failed, with the latest reason; answered: another look went well.
SELECT s.name,
       bool_or(p.outcome IN ('items', 'unchanged', 'empty')) AS answered,
       (array_agg(coalesce(p.error, p.outcome) ORDER BY p.at DESC)
            FILTER (WHERE p.outcome IN ('failed', 'refused')))[1] AS reason
  FROM press.poll p
  JOIN press.feed f ON f.id = p.feed_id
  JOIN press.source s ON s.id = f.source_id
 WHERE p.at >= %(since)s AND p.at < %(until)s
 GROUP BY s.id, s.name
HAVING bool_or(p.outcome IN ('failed', 'refused'))
 ORDER BY s.name
