INSERT INTO press.page AS page (url, source_id, fetch_url, state, attempts, status, segment_id, record_offset, fetched_at)
SELECT DISTINCT ON (url)
       url, source_id, fetch_url, 'fetched', 1, status, %(segment_id)s, record_offset, fetched_at
  FROM staged_page
 ORDER BY url, position DESC
ON CONFLICT (url) DO UPDATE
   SET state = 'fetched', reason = NULL, status = excluded.status, segment_id = excluded.segment_id,
       record_offset = excluded.record_offset, fetched_at = excluded.fetched_at
 WHERE page.state IN ('discovered', 'gone', 'failed')
