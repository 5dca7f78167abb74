-- A later copy that is no article (a wall, a fault) does not unmake the article that an earlier one was.
UPDATE press.page
   SET state = 'extracted', extracted_at = now(), same_as = %(same_as)s,
       verdict = CASE WHEN held.is_article THEN 'article' ELSE %(verdict)s::text END,
       reason = CASE WHEN held.is_article AND %(verdict)s::text <> 'article'
                     THEN concat('a later copy: ', coalesce(%(reason)s::text, %(verdict)s::text)) ELSE %(reason)s::text END
  FROM (SELECT EXISTS (SELECT FROM press.article WHERE page_id = %(id)s) AS is_article) AS held
 WHERE id = %(id)s
