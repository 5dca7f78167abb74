-- The rows are locked by the statement before, so a page sent back meanwhile is seen here (quarantine.send_back).
UPDATE press.segment
   SET removed_at = now()
 WHERE id = ANY (%(ids)s)
   AND NOT EXISTS (SELECT FROM press.page WHERE page.segment_id = segment.id AND page.state = 'fetched')
RETURNING path, bytes
