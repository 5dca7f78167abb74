-- Articles that have the words, best first, from a place on; of more than 5,000 the newest 5,000. Matches stand between U+E000 and U+E001.
WITH asked AS (SELECT websearch_to_tsquery('press.fr', %(words)s) AS query),
     matching AS MATERIALIZED (
     SELECT article.id
       FROM press.article
      -- Written out, so that the planner knows how common the words are.
      WHERE article.search @@ websearch_to_tsquery('press.fr', %(words)s)
      ORDER BY coalesce(article.published_at, article.stored_at) DESC, article.id DESC
      LIMIT 5000),
     ranked AS (
     SELECT article.id, ts_rank_cd(article.search, asked.query)::float8 AS rank
       FROM matching
       JOIN press.article ON article.id = matching.id
      CROSS JOIN asked),
     best AS (
     SELECT id, rank
       FROM ranked
      WHERE %(after_rank)s::float8 IS NULL OR (rank, id) < (%(after_rank)s, %(after_article)s)
      ORDER BY rank DESC, id DESC
      LIMIT %(limit)s)
SELECT article.id AS article_id, article.title, article.url, article.published_at, article.source_id,
       coalesce(source.name, article.site_name) AS source, article.paywall,
       (SELECT count(*) FROM press.mention WHERE mention.article_id = article.id) AS mentions,
       ts_headline('press.fr', left(concat_ws(' ', article.lead, article.body), 100000), asked.query,
                   'StartSel="' || U&'\E000' || '", StopSel="' || U&'\E001'
                   || '", MaxFragments=2, MaxWords=30, MinWords=15') AS snippet,
       best.rank
  FROM best
  JOIN press.article ON article.id = best.id
  CROSS JOIN asked
  LEFT JOIN press.source ON source.id = article.source_id
 ORDER BY best.rank DESC, best.id DESC
