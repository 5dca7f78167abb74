SELECT *
  FROM press.v_correction
 WHERE (%(since)s::timestamptz IS NULL OR noted_at >= %(since)s)
   AND (%(every)s OR mentions_gained <> '[]' OR mentions_lost <> '[]' OR changed = ARRAY['withdrawn'])
 ORDER BY noted_at DESC, revision_id DESC
