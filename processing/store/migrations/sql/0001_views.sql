-- What analysts read, and the role they read with.

CREATE VIEW press.v_mention AS
SELECT m.id              AS mention_id,
       a.id              AS article_id,
       a.published_at,
       m.category,
       m.polarity,
       m.score,
       m.sentence,
       m.field,
       m.speaker ->> 'text' AS speaker,
       m.speaker ->> 'side' AS speaker_side,
       m.trigger ->> 'text' AS trigger,
       (SELECT string_agg(DISTINCT actor ->> 'text', ', ' ORDER BY actor ->> 'text')
          FROM jsonb_array_elements(m.actors) AS actor WHERE actor ->> 'side' = 'RUS') AS russian_actors,
       (SELECT string_agg(DISTINCT actor ->> 'text', ', ' ORDER BY actor ->> 'text')
          FROM jsonb_array_elements(m.actors) AS actor WHERE actor ->> 'side' = 'CHN') AS chinese_actors,
       m.certainty,
       m.stance,
       m.time,
       m.plover,
       m.cameo,
       m.intensity,
       a.title,
       a.url,
       a.story_id,
       a.paywall,
       a.agency,
       s.id              AS source_id,
       s.name            AS source,
       s.country,
       s.kind,
       s.state_media_of,
       m.rules_version,
       m.flagged_at
  FROM press.mention m
  JOIN press.article a ON a.id = m.article_id
  LEFT JOIN press.source s ON s.id = a.source_id;
COMMENT ON VIEW press.v_mention IS 'Every mention with its article and source: the view to start from.';
COMMENT ON COLUMN press.v_mention.published_at IS 'When the article was published; null when the page does not say.';
COMMENT ON COLUMN press.v_mention.russian_actors IS 'Russian actors in the sentence, as printed.';
COMMENT ON COLUMN press.v_mention.chinese_actors IS 'Chinese actors in the sentence, as printed.';

CREATE VIEW press.v_daily AS
SELECT (coalesce(a.published_at, a.extracted_at) AT TIME ZONE 'Europe/Paris')::date AS day,
       m.category,
       m.polarity,
       s.country,
       s.kind,
       s.state_media_of,
       count(*)                       AS mentions,
       count(DISTINCT a.id)           AS articles,
       count(DISTINCT a.story_id)     AS stories,
       count(DISTINCT a.source_id)    AS sources
  FROM press.mention m
  JOIN press.article a ON a.id = m.article_id
  LEFT JOIN press.source s ON s.id = a.source_id
 GROUP BY 1, 2, 3, 4, 5, 6;
COMMENT ON VIEW press.v_daily IS 'Mentions per day (Paris time), category, polarity and kind of outlet.';

CREATE VIEW press.v_story AS
SELECT a.story_id,
       min(a.published_at)                                              AS first_published_at,
       (array_agg(a.title ORDER BY a.published_at NULLS LAST, a.id))[1] AS title,
       (array_agg(coalesce(s.name, a.site_name) ORDER BY a.published_at NULLS LAST, a.id))[1] AS first_source,
       count(DISTINCT a.id)                                             AS articles,
       count(DISTINCT coalesce(a.source_id, a.site_name))               AS outlets,
       array_agg(DISTINCT coalesce(s.name, a.site_name)) FILTER (WHERE coalesce(s.name, a.site_name) IS NOT NULL) AS outlet_names,
       sum((SELECT count(*) FROM press.mention m WHERE m.article_id = a.id)) AS mentions
  FROM press.article a
  LEFT JOIN press.source s ON s.id = a.source_id
 GROUP BY a.story_id;
COMMENT ON VIEW press.v_story IS 'Articles that carry the same text: how many outlets, and who was first.';

CREATE VIEW press.v_source_health AS
SELECT s.id AS source_id,
       s.name,
       s.disabled,
       f.feeds,
       f.failing_feeds,
       f.last_ok_at,
       f.last_error,
       p.waiting,
       p.failed,
       p.refused,
       coalesce(a.articles_day, 0)  AS articles_day,
       coalesce(a.articles_week, 0) AS articles_week,
       a.last_article_at
  FROM press.source s
  LEFT JOIN LATERAL (
       SELECT count(*) AS feeds,
              count(*) FILTER (WHERE failures > 0) AS failing_feeds,
              max(last_ok_at) AS last_ok_at,
              (array_agg(last_error ORDER BY last_polled_at DESC NULLS LAST) FILTER (WHERE last_error IS NOT NULL))[1] AS last_error
         FROM press.feed WHERE source_id = s.id AND listed) f ON true
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE state = 'discovered') AS waiting,
              count(*) FILTER (WHERE state = 'failed') AS failed,
              count(*) FILTER (WHERE state IN ('refused_robots', 'refused_tdm')) AS refused
         FROM press.page WHERE source_id = s.id) p ON true
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE extracted_at > now() - interval '1 day')  AS articles_day,
              count(*) FILTER (WHERE extracted_at > now() - interval '7 days') AS articles_week,
              max(extracted_at) AS last_article_at
         FROM press.article WHERE source_id = s.id) a ON true
 WHERE s.listed;
COMMENT ON VIEW press.v_source_health IS 'One row per listed source: its channels, what waits or failed, and the articles it delivered.';

-- ---------------------------------------------------------------- the readers' role
-- A role belongs to the whole server, so another database may have made it already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vedette_reader') THEN
        CREATE ROLE vedette_reader NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
COMMENT ON ROLE vedette_reader IS 'Reads everything in schema press, changes nothing. GRANT vedette_reader TO an analyst.';
GRANT USAGE ON SCHEMA press TO vedette_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA press TO vedette_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA press GRANT SELECT ON TABLES TO vedette_reader;
