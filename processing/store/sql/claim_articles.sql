SELECT id, title, lead, body, (coalesce(published_at, extracted_at) AT TIME ZONE 'Europe/Paris')::date AS day, url, page_id,
       flagged_with IS NOT NULL AS anew
  FROM press.article
 WHERE (flagged_with IS NULL OR flagged_with <> %(unless)s)
   AND (%(since)s::timestamptz IS NULL OR coalesce(published_at, stored_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR coalesce(published_at, stored_at) < %(until)s)
 ORDER BY id
 LIMIT %(size)s
   FOR UPDATE SKIP LOCKED
