SELECT held.id, held.stage, held.subject, held.reason, held.attempts, held.first_at, held.last_at, held.settled_at,
       held.run_id, held.page_id, page.source_id, page.status, segment.path AS segment, page.record_offset,
       segment.removed_at AS record_removed_at
  FROM press.quarantine held
  LEFT JOIN press.page ON page.id = held.page_id
  LEFT JOIN press.segment ON segment.id = page.segment_id
 WHERE (%(ids)s::bigint[] IS NULL OR held.id = ANY (%(ids)s))
   AND (%(stage)s::text IS NULL OR held.stage = %(stage)s)
   AND (%(every)s OR held.settled_at IS NULL)
 ORDER BY held.last_at DESC, held.id DESC
 LIMIT %(limit)s
