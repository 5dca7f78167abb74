WITH looked AS (
    SELECT f.source_id, bool_or(p.outcome IN ('items', 'unchanged', 'empty')) AS answered
      FROM press.poll p
      JOIN press.feed f ON f.id = p.feed_id
     WHERE p.at >= %(since)s AND p.at < %(until)s
     GROUP BY f.source_id
), fresh AS (
    SELECT count(*) AS articles, count(*) FILTER (WHERE flagged_at IS NULL) AS unread
      FROM press.article
     WHERE stored_at >= %(since)s AND stored_at < %(until)s
), pages AS (
    SELECT count(*) AS pages, count(*) FILTER (WHERE state = 'fetched') AS unread
      FROM press.page
     WHERE first_fetched_at >= %(since)s AND first_fetched_at < %(until)s
)
SELECT (SELECT count(*) FROM press.run
         WHERE stage IN ('crawl', 'extract', 'flag', 'ingest', 'night')
           AND started_at < %(until)s AND coalesce(finished_at, started_at) >= %(since)s) AS runs,
       (SELECT count(*) FROM looked) AS asked,
       (SELECT count(*) FROM looked WHERE answered) AS answered,
       pages.pages,
       fresh.articles,
       fresh.unread + pages.unread AS waiting,
       (SELECT count(*) FROM press.quarantine
         WHERE last_at >= %(since)s AND last_at < %(until)s AND settled_at IS NULL) AS quarantined
  FROM fresh, pages
