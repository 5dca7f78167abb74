SELECT article.id AS article_id, article.url, article.canonical_url, article.title, article.lead, article.body,
       article.authors, article.agency, article.section, article.keywords, article.published_at,
       article.published_zone, article.published_from, article.modified_at, article.stored_at,
       article.extracted_at, article.language, article.words, article.paywall, article.story_id,
       article.source_id, coalesce(source.name, article.site_name) AS source, source.country, source.kind,
       (SELECT count(*) FROM press.mention WHERE mention.article_id = article.id) AS mentions,
       article.extractor_version, article.flagged_with
  FROM press.article
  LEFT JOIN press.source ON source.id = article.source_id
 WHERE article.id IN (SELECT article_id FROM chosen)
 ORDER BY article.published_at DESC NULLS LAST, article.id DESC
 LIMIT %(rows)s
