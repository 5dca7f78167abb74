-- A page that waits for extraction keeps its segment. Other people's files are not ours to remove.
SELECT segment.id, segment.path, segment.bytes
  FROM press.segment
 WHERE segment.origin = 'crawl' AND segment.removed_at IS NULL AND segment.id > %(after)s
   AND segment.sealed_at < now() - make_interval(days => %(days)s)
   AND NOT EXISTS (SELECT FROM press.page WHERE page.segment_id = segment.id AND page.state = 'fetched')
 ORDER BY segment.id
 LIMIT %(size)s
