SELECT revision.id, revision.article_id, revision.title, revision.lead, revision.body,
       (coalesce(article.published_at, article.stored_at) AT TIME ZONE 'Europe/Paris')::date AS day
  FROM press.revision
  JOIN press.article ON article.id = revision.article_id
 WHERE revision.mentions_gained IS NULL AND revision.article_id = ANY (%(articles)s)
 ORDER BY revision.id
