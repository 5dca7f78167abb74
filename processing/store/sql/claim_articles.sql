SELECT id, title, lead, body, (coalesce(published_at, extracted_at) AT TIME ZONE 'Europe/Paris')::date AS day, url, page_id
  FROM press.article
 WHERE flagged_with IS NULL OR flagged_with <> %(unless)s
 ORDER BY id
 LIMIT %(size)s
   FOR UPDATE SKIP LOCKED
