-- What is new since a moment, by story: strongest first, that is most independent outlets, then the surest mention.
-- New is what was stored since, and what was stored in the twelve hours before but flagged only since.
WITH fresh AS (
     SELECT article.id AS article_id,
            coalesce(article.story_id, -article.id) AS story,
            coalesce(article.published_at, article.stored_at) AS at,
            -- State media of one state speak with one voice: together they count as one outlet.
            coalesce('state:' || source.state_media_of, article.source_id, article.site_name,
                     split_part(article.url, '/', 3)) AS outlet,
            mention.id AS mention_id, mention.score, mention.polarity, mention.category
       FROM press.article
       JOIN press.mention ON mention.article_id = article.id
       LEFT JOIN press.source ON source.id = article.source_id
      WHERE article.stored_at >= %(since)s::timestamptz - interval '12 hours'
        AND (article.stored_at >= %(since)s OR mention.flagged_at >= %(since)s)
        AND article.stored_at < %(until)s
        AND mention.score >= %(least_score)s),
     stories AS (
     SELECT story,
            count(DISTINCT outlet)                       AS outlets,
            count(DISTINCT article_id)                   AS articles,
            count(*)                                     AS mentions,
            max(score)                                   AS best,
            max(at)                                      AS at,
            array_agg(DISTINCT category)                 AS categories,
            array_agg(DISTINCT polarity)                 AS polarities,
            (array_agg(mention_id ORDER BY score DESC, mention_id))[1:%(shown)s] AS shown
       FROM fresh
      GROUP BY story)
SELECT *, count(*) OVER () AS stories, sum(mentions) OVER ()::bigint AS all_mentions
  FROM stories
 ORDER BY outlets DESC, best DESC, at DESC, story DESC
 LIMIT %(limit)s
