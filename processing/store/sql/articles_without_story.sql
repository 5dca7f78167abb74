SELECT article.id, article.page_id, article.lead, article.body,
       coalesce(article.published_at, page.fetched_at, article.extracted_at)
  FROM press.article
  JOIN press.page ON page.id = article.page_id
 WHERE article.story_id IS NULL
