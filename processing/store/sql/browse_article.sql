SELECT article.id AS article_id, article.url, article.canonical_url, article.title, article.lead, article.body,
       article.authors, article.published_at, article.published_zone, article.published_from,
       article.modified_at, article.section, article.site_name, article.agency, article.language,
       article.paywall, article.words, article.story_id, article.extractor_version, article.extracted_at,
       article.stored_at, article.flagged_with, article.source_id, coalesce(source.name, article.site_name) AS source,
       source.country, source.kind, source.state_media_of,
       segment.path AS segment, coalesce(article.record_offset, page.record_offset) AS record_offset
  FROM press.article
  JOIN press.page ON page.id = article.page_id
  LEFT JOIN press.segment ON segment.id = coalesce(article.segment_id, page.segment_id)
  LEFT JOIN press.source ON source.id = article.source_id
 WHERE article.id = %(id)s
