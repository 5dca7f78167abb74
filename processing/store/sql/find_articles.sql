SELECT article.id AS article_id, article.story_id
  FROM press.article
  LEFT JOIN press.source ON source.id = article.source_id
 WHERE (%(since)s::timestamptz IS NULL OR coalesce(article.published_at, article.extracted_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR coalesce(article.published_at, article.extracted_at) < %(until)s)
   AND (%(sources)s::text[] = '{}' OR article.source_id = ANY (%(sources)s))
   AND (%(countries)s::text[] = '{}' OR source.country = ANY (%(countries)s))
   AND (%(kinds)s::text[] = '{}' OR source.kind = ANY (%(kinds)s))
   AND (%(text)s::text IS NULL OR article.search @@ websearch_to_tsquery('press.fr', %(text)s))
