-- How complete discovery is, how silent a source, and which corrections touched a mention.

CREATE VIEW press.v_completeness AS
WITH looked AS (
    SELECT f.source_id, f.id AS feed_id,
           -- Two ways that a publication announces by: its feeds, and its sitemaps and sections. Without feeds, the latter two.
           CASE WHEN bool_or(f.kind = 'feed') OVER (PARTITION BY f.source_id)
                THEN f.kind = 'feed' ELSE f.kind = 'sitemap' END AS first_way,
           (SELECT min(p.at) FROM press.poll p WHERE p.feed_id = f.id AND p.outcome IN ('items', 'empty')) AS since
      FROM press.feed f
     WHERE f.listed
), begun AS (
    -- What a first look brings is of any age, so counting begins when both ways have been looked at once.
    SELECT source_id,
           greatest(min(since) FILTER (WHERE first_way), min(since) FILTER (WHERE NOT first_way),
                    now() - interval '28 days') AS since
      FROM looked
     GROUP BY source_id
    HAVING min(since) FILTER (WHERE first_way) IS NOT NULL AND min(since) FILTER (WHERE NOT first_way) IS NOT NULL
), caught AS (
    SELECT b.source_id, s.page_id,
           bool_or(l.first_way) AS by_first, bool_or(NOT l.first_way) AS by_second
      FROM begun b
      JOIN looked l ON l.source_id = b.source_id
      JOIN press.sighting s ON s.feed_id = l.feed_id
      JOIN press.page p ON p.id = s.page_id
     GROUP BY b.source_id, b.since, s.page_id, p.announced_at
    HAVING min(s.seen_at) > b.since AND coalesce(p.announced_at, min(s.seen_at)) > b.since
), counted AS (
    SELECT source_id,
           count(*) AS announced,
           count(*) FILTER (WHERE by_first) AS by_first,
           count(*) FILTER (WHERE by_second) AS by_second,
           count(*) FILTER (WHERE by_first AND by_second) AS by_both
      FROM caught
     GROUP BY source_id
)
SELECT source_id, announced, by_first, by_second, by_both,
       CASE WHEN by_both >= 5
            THEN greatest(announced, round((by_first + 1) * (by_second + 1)::numeric / (by_both + 1) - 1))::bigint END AS estimated,
       CASE WHEN by_both >= 5
            THEN round(announced / greatest(announced, (by_first + 1) * (by_second + 1)::numeric / (by_both + 1) - 1), 3)::real
       END AS caught
  FROM counted;
COMMENT ON VIEW press.v_completeness IS 'Which share of its articles we are told of, for sources with two independent ways of announcing them, by capture and recapture over 28 days (Chapman 1951). Too high when one way copies the other, too low when each tells of other sections.';
COMMENT ON COLUMN press.v_completeness.announced IS 'Articles announced by either way since both were looked at, 28 days at most.';
COMMENT ON COLUMN press.v_completeness.by_first IS 'Those announced by feeds (without feeds: by sitemaps).';
COMMENT ON COLUMN press.v_completeness.by_second IS 'Those announced by sitemaps or sections (without feeds: by sections).';
COMMENT ON COLUMN press.v_completeness.by_both IS 'Those announced by both.';
COMMENT ON COLUMN press.v_completeness.estimated IS 'How many there were: (first + 1)(second + 1) / (both + 1) − 1; null while fewer than five were announced by both.';
COMMENT ON COLUMN press.v_completeness.caught IS 'announced / estimated.';

DROP VIEW press.v_source_health;
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
       a.articles_day,
       a.articles_week,
       a.last_article_at,
       CASE WHEN h.history >= 14 THEN round(7 * a.articles_usual / least(h.history - 7, 28), 1)::real END AS articles_usual,
       s.expects_every,
       coalesce(
           -- The publisher's own word comes first.
           (h.history_exact >= s.expects_every AND NOT EXISTS (
               SELECT FROM press.article x WHERE x.source_id = s.id AND x.stored_at > now() - s.expects_every))
           -- Nothing in a time in which nothing comes once in a hundred times at its usual rate (e^-4.6), a night and a half at least.
           OR (h.history >= 7 AND NOT EXISTS (
               SELECT FROM press.article x
                WHERE x.source_id = s.id
                  AND x.stored_at > now() - make_interval(secs => least(28 * 86400,
                      greatest(1.5 * 86400, 4.6 * 86400 * least(h.history, 28) / greatest(a.articles_28d, 1)))))),
           false) AS silent,
       coalesce(
           h.history >= 14 AND a.articles_usual >= 8
           AND a.articles_week < 7 * a.articles_usual / least(h.history - 7, 28) / 2, false) AS low,
       g.gaps,
       c.announced,
       c.estimated,
       c.caught
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
       SELECT count(*) FILTER (WHERE stored_at > now() - interval '1 day')  AS articles_day,
              count(*) FILTER (WHERE stored_at > now() - interval '7 days') AS articles_week,
              count(*) FILTER (WHERE stored_at > now() - interval '28 days') AS articles_28d,
              count(*) FILTER (WHERE stored_at BETWEEN now() - interval '35 days' AND now() - interval '7 days') AS articles_usual,
              max(stored_at) AS last_article_at
         FROM press.article WHERE source_id = s.id) a ON true
  LEFT JOIN LATERAL (
       SELECT now() - min(first.at) AS history_exact, extract(epoch FROM now() - min(first.at)) / 86400 AS history
         FROM press.feed k
         CROSS JOIN LATERAL (SELECT q.at FROM press.poll q WHERE q.feed_id = k.id ORDER BY q.at LIMIT 1) first
        WHERE k.source_id = s.id) h ON true
  LEFT JOIN LATERAL (
       SELECT count(*) AS gaps
         FROM press.feed k JOIN press.poll q ON q.feed_id = k.id
        WHERE k.source_id = s.id AND q.gap AND q.at > now() - interval '28 days') g ON true
  LEFT JOIN press.v_completeness c ON c.source_id = s.id
 WHERE s.listed;
COMMENT ON VIEW press.v_source_health IS 'One row per listed source: its channels, what waits or failed, what it delivers against its own past, and how complete discovery is.';
COMMENT ON COLUMN press.v_source_health.articles_day IS 'Articles stored in the last day.';
COMMENT ON COLUMN press.v_source_health.articles_week IS 'Articles stored in the last 7 days.';
COMMENT ON COLUMN press.v_source_health.last_article_at IS 'When the last article was stored.';
COMMENT ON COLUMN press.v_source_health.articles_usual IS 'Articles stored in a usual week: the mean of the four weeks before the last; null in the first two weeks.';
COMMENT ON COLUMN press.v_source_health.silent IS 'Nothing was stored in the time in which the source should have published: expects_every, or a time by its own rate of 28 days.';
COMMENT ON COLUMN press.v_source_health.low IS 'Less than half of a usual week was stored in the last 7 days.';
COMMENT ON COLUMN press.v_source_health.gaps IS 'Looks in 28 days at which a feed had rolled on completely, so that something may have been missed.';
COMMENT ON COLUMN press.v_source_health.announced IS 'Articles announced in 28 days, for sources with two ways of announcing (see v_completeness).';
COMMENT ON COLUMN press.v_source_health.estimated IS 'How many there were, estimated from what the two ways share.';
COMMENT ON COLUMN press.v_source_health.caught IS 'announced / estimated; null when it cannot be told.';

CREATE VIEW press.v_correction AS
SELECT r.id AS revision_id,
       r.article_id,
       r.noted_at,
       s.id AS source_id,
       s.name AS source,
       a.title,
       a.url,
       r.changed,
       r.title AS title_before,
       r.mentions_gained,
       r.mentions_lost
  FROM press.revision r
  JOIN press.article a ON a.id = r.article_id
  LEFT JOIN press.source s ON s.id = a.source_id;
COMMENT ON VIEW press.v_correction IS 'Articles that their publisher changed after we had them, and the mentions this brought or took away.';
COMMENT ON COLUMN press.v_correction.changed IS 'title, lead, body, or withdrawn.';
COMMENT ON COLUMN press.v_correction.mentions_gained IS 'Mentions only the new text has; null until it is flagged.';
COMMENT ON COLUMN press.v_correction.mentions_lost IS 'Mentions only the old text had.';

GRANT SELECT ON ALL TABLES IN SCHEMA press TO vedette_reader;
