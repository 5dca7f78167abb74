WITH asked AS (SELECT websearch_to_tsquery('press.fr', %(words)s) AS query),
     best AS (
     SELECT article.id, ts_rank_cd(article.search, asked.query) AS rank
       FROM press.article, asked
      WHERE article.search @@ asked.query
      ORDER BY rank DESC, article.published_at DESC NULLS LAST, article.id DESC
      LIMIT %(limit)s)
SELECT article.id AS article_id, article.title, article.url, article.published_at, article.source_id,
       coalesce(source.name, article.site_name) AS source,
       (SELECT count(*) FROM press.mention WHERE mention.article_id = article.id) AS mentions,
       ts_headline('press.fr', concat_ws(' ', article.lead, article.body), asked.query,
                   'StartSel=[, StopSel=], MaxFragments=1, MaxWords=30, MinWords=15') AS snippet,
       best.rank
  FROM best
  JOIN press.article ON article.id = best.id
  CROSS JOIN asked
  LEFT JOIN press.source ON source.id = article.source_id
 ORDER BY best.rank DESC, article.published_at DESC NULLS LAST, article.id DESC
