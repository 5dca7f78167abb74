SELECT source.id AS source_id, source.name, source.country, source.kind, source.homepage, source.language,
       source.state_media_of, source.disabled, source.listed, written.articles,
       (SELECT count(*) FROM press.mention JOIN press.article ON article.id = mention.article_id
         WHERE article.source_id = source.id) AS mentions,
       written.first_published_at, written.last_published_at, health.feeds, health.failing_feeds,
       health.last_ok_at, health.last_error, health.waiting, health.failed, health.refused, health.articles_week,
       health.articles_usual, health.silent, health.low, health.gaps, health.announced, health.estimated,
       health.caught
  FROM press.source
  LEFT JOIN press.v_source_health AS health ON health.source_id = source.id
 CROSS JOIN LATERAL (
       SELECT count(*) AS articles, min(published_at) AS first_published_at, max(published_at) AS last_published_at
         FROM press.article WHERE article.source_id = source.id) AS written
 WHERE (%(sources)s::text[] = '{}' OR source.id = ANY (%(sources)s))
   AND (%(countries)s::text[] = '{}' OR source.country = ANY (%(countries)s))
   AND (%(kinds)s::text[] = '{}' OR source.kind = ANY (%(kinds)s))
 ORDER BY source.id
 LIMIT %(rows)s
