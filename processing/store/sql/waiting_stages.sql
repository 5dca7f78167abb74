SELECT 'extract' AS stage, count(*) AS count, min(fetched_at) AS oldest
  FROM press.page WHERE state = 'fetched' AND fetched_at < now() - interval '1 day'
UNION ALL
SELECT 'flag', count(*), min(extracted_at)
  FROM press.article WHERE flagged_with IS NULL AND extracted_at < now() - interval '1 day'
