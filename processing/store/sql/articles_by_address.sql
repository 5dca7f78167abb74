SELECT article.page_id, article.canonical_url, article.title, story.fingerprint
  FROM press.article
  JOIN press.story ON story.id = article.story_id
 WHERE article.canonical_url = ANY (%(addresses)s)
