SELECT found.*, article.stored_at
  FROM found
  JOIN press.article ON article.id = found.article_id
 WHERE NOT %(untold)s OR NOT EXISTS (
       SELECT FROM press.told
        WHERE told.watch_id = %(watch_id)s AND told.article_id = found.article_id
          AND told.sentence = md5(found.sentence)::uuid)
 ORDER BY article.stored_at DESC, found.article_id DESC, array_position(ARRAY['title', 'lead', 'body'], found.field),
          found.start, found.score DESC
 LIMIT %(rows)s
