-- Reviewed sentences, one row each, with the text before them in their field; texts that changed since are left out
-- of the context only.
SELECT v.article_id, v.field, v.start_offset AS start, v.sentence, v.url, v.title,
       (coalesce(article.published_at, article.stored_at) AT TIME ZONE 'Europe/Paris')::date AS day,
       bool_or(v.verdict <> 'rejected') AS coop,
       array_agg(v.right_category ORDER BY v.score DESC, v.review_id) FILTER (WHERE v.right_category IS NOT NULL) AS categories,
       array_agg(v.right_polarity ORDER BY v.score DESC, v.review_id) FILTER (WHERE v.right_polarity IS NOT NULL) AS polarities,
       max(v.note) AS note,
       substr(part.text, greatest(1, v.start_offset - 1999), least(v.start_offset, 2000)) AS before,
       substr(part.text, v.start_offset + 1, v.end_offset - v.start_offset) = v.sentence AS unchanged
  FROM press.v_review AS v
  JOIN press.article ON article.id = v.article_id
 CROSS JOIN LATERAL (SELECT CASE v.field WHEN 'title' THEN article.title WHEN 'lead' THEN article.lead ELSE article.body END AS text) AS part
 WHERE v.mention_category IS NOT NULL
   AND (%(since)s::timestamptz IS NULL OR v.reviewed_at >= %(since)s)
 GROUP BY v.article_id, v.field, v.start_offset, v.end_offset, v.sentence, v.url, v.title, article.published_at,
          article.stored_at, part.text
 ORDER BY v.article_id, v.field, v.start_offset
