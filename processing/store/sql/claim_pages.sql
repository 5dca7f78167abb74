SELECT page.id, page.url, page.source_id, page.announced_title, page.announced_at,
       segment.path AS segment, segment.origin, page.record_offset
  FROM press.page
  JOIN press.segment ON segment.id = page.segment_id
 WHERE page.state = 'fetched'
 ORDER BY page.segment_id, page.record_offset
 LIMIT %(size)s
   FOR UPDATE OF page SKIP LOCKED
