-- The articles of these stories (or, by the negative of their number, articles without one), first published first.
SELECT coalesce(article.story_id, -article.id) AS story, article.id AS article_id, article.title, article.url,
       article.published_at, article.agency, article.source_id,
       coalesce(source.name, article.site_name, split_part(article.url, '/', 3)) AS source,
       source.state_media_of, source.country,
       (SELECT count(*) FROM press.mention WHERE mention.article_id = article.id) AS mentions
  FROM press.article
  LEFT JOIN press.source ON source.id = article.source_id
 WHERE article.story_id = ANY (%(stories)s) OR (article.story_id IS NULL AND article.id = ANY (%(articles)s))
 ORDER BY article.published_at NULLS LAST, article.id
 LIMIT 500
