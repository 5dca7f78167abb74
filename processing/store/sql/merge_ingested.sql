INSERT INTO press.page AS page (
       url, source_id, fetch_url, state, reason, attempts, status, segment_id, record_offset, fetched_at)
SELECT DISTINCT ON (url)
       url, source_id, fetch_url,
       CASE WHEN refused IS NULL THEN 'fetched' ELSE 'refused_tdm' END, refused, 1, status,
       CASE WHEN refused IS NULL THEN %(segment_id)s::bigint END, CASE WHEN refused IS NULL THEN record_offset END,
       fetched_at
  FROM staged_page
 ORDER BY url, position DESC
ON CONFLICT (url) DO UPDATE
   SET state = excluded.state, reason = excluded.reason, status = excluded.status,
       segment_id = excluded.segment_id, record_offset = excluded.record_offset, fetched_at = excluded.fetched_at
 WHERE page.state IN ('discovered', 'gone', 'failed')
