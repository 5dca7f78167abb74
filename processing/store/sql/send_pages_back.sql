-- The segments are held, so that none of them is removed before its pages are seen to wait (remove_segments.sql).
WITH kept AS MATERIALIZED (
    SELECT id
      FROM press.segment
     WHERE removed_at IS NULL AND id IN (SELECT segment_id FROM press.page WHERE id = ANY (%(pages)s))
     ORDER BY id
       FOR SHARE)
UPDATE press.page
   SET state = 'fetched'
 WHERE id = ANY (%(pages)s) AND segment_id IN (SELECT id FROM kept)
