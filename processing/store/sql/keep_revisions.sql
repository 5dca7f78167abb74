-- A difference is the publisher's only when the copy is another one and the extractor the same.
INSERT INTO press.revision (article_id, changed, title, lead, body, held_from, segment_id, record_offset)
SELECT article.id,
       array_remove(ARRAY[CASE WHEN article.title <> staged.title THEN 'title' END,
                          CASE WHEN article.lead <> staged.lead THEN 'lead' END,
                          CASE WHEN article.body <> staged.body THEN 'body' END], NULL),
       article.title, article.lead, article.body, article.extracted_at, article.segment_id, article.record_offset
  FROM staged_article staged
  JOIN press.article ON article.page_id = staged.page_id
  JOIN press.page ON page.id = staged.page_id
 WHERE (article.segment_id, article.record_offset) IS DISTINCT FROM (page.segment_id, page.record_offset)
   AND article.extractor_version = staged.extractor_version
   AND (article.title, article.lead, article.body) IS DISTINCT FROM (staged.title, staged.lead, staged.body)
