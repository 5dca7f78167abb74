SELECT f.source_id,
       min(f.last_error) AS reason,
       bool_or(coalesce(p.outcome = 'failed' AND (p.status IS NULL OR p.status >= 500 OR p.status IN (408, 425, 429)), false)) AS passes
  FROM press.feed f
  LEFT JOIN LATERAL (SELECT outcome, status FROM press.poll WHERE feed_id = f.id ORDER BY at DESC LIMIT 1) p ON true
 WHERE f.source_id = ANY (%(sources)s) AND f.listed
 GROUP BY f.source_id
