SELECT count(*)
  FROM press.article
 WHERE (flagged_with IS NULL OR flagged_with <> %(unless)s)
   AND (%(since)s::timestamptz IS NULL OR coalesce(published_at, stored_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR coalesce(published_at, stored_at) < %(until)s)
