SELECT DISTINCT ON (r.stage) r.stage, r.subject, r.started_at, r.origin,
       CASE WHEN r.outcome = 'running' THEN 'it does not say whether it ended' ELSE coalesce(r.error, 'no reason given') END AS error
  FROM press.run r
 WHERE r.stage <> 'watch'
   -- A night is many processes, so nothing tells that it is dead but its age.
   AND (r.outcome = 'failed' OR r.stage = 'night' AND r.outcome = 'running' AND r.started_at < now() - interval '6 hours')
   -- Crawls of several sources go on at once: each source has its own.
   AND (r.stage <> 'crawl' OR r.started_at > now() - interval '3 days')
   AND NOT EXISTS (
       SELECT FROM press.run d
        WHERE d.stage = r.stage AND d.started_at > r.started_at AND d.outcome = 'done'
          AND (r.stage <> 'crawl' OR d.subject IS NULL OR d.subject = r.subject))
 ORDER BY r.stage, r.started_at DESC
