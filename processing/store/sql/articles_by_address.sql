SELECT article.page_id, article.canonical_url, article.title, article.fingerprint
  FROM press.article
 WHERE article.canonical_url = ANY (%(addresses)s)
