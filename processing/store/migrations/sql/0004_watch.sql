-- More kinds of runs, and their rates at a glance.
ALTER TABLE press.run DROP CONSTRAINT run_stage_check;
ALTER TABLE press.run ADD CONSTRAINT run_stage_check
    CHECK (stage IN ('crawl', 'extract', 'flag', 'ingest', 'night', 'brief', 'watch', 'backup', 'upkeep'));
COMMENT ON COLUMN press.run.stage IS 'crawl, extract, flag, ingest; night (all crawls of a night in Airflow); brief, watch (health and alerts), backup, upkeep.';

ALTER TABLE press.run ADD COLUMN origin text;
COMMENT ON COLUMN press.run.origin IS 'The Airflow task that ran it, as a path below the address of the UI; null for a command.';

CREATE VIEW press.v_run AS
SELECT id AS run_id, stage, subject, origin, started_at, finished_at, outcome, error,
       extract(epoch FROM finished_at - started_at)::real AS seconds,
       pages, articles, mentions,
       (articles + duplicate)::real / nullif(pages, 0)          AS extraction_rate,
       1 - not_french::real / nullif(pages, 0)                  AS french_share,
       quarantined::real / nullif(greatest(pages, articles), 0) AS quarantined_share,
       1 - undated::real / nullif(articles, 0)                  AS dated_share,
       with_mentions::real / nullif(articles, 0)                AS mention_share
  FROM press.run
 CROSS JOIN LATERAL (
       SELECT coalesce((counts ->> 'articles')::int, 0)      AS articles,
              coalesce((counts ->> 'duplicate')::int, 0)     AS duplicate,
              coalesce((counts ->> 'not_article')::int, 0)   AS not_article,
              coalesce((counts ->> 'not_french')::int, 0)    AS not_french,
              coalesce((counts ->> 'quarantined')::int, 0)   AS quarantined,
              coalesce((counts ->> 'undated')::int, 0)       AS undated,
              coalesce((counts ->> 'mentions')::int, 0)      AS mentions,
              coalesce((counts ->> 'with_mentions')::int, 0) AS with_mentions) AS n
 CROSS JOIN LATERAL (
       SELECT CASE WHEN stage = 'extract' THEN articles + duplicate + not_article + not_french + quarantined
                   WHEN stage = 'crawl' THEN coalesce((counts ->> 'fetched')::int, 0)
                   WHEN stage = 'night' THEN coalesce((counts ->> 'pages_new')::int, 0)
                   ELSE 0 END AS pages) AS p;
COMMENT ON VIEW   press.v_run IS 'Runs with their rates, on which the checks between two stages rest.';
COMMENT ON COLUMN press.v_run.run_id IS 'The run.';
COMMENT ON COLUMN press.v_run.stage IS 'What ran.';
COMMENT ON COLUMN press.v_run.subject IS 'What it was asked for; null for all that was due.';
COMMENT ON COLUMN press.v_run.origin IS 'The Airflow task that ran it, as a path below the address of the UI.';
COMMENT ON COLUMN press.v_run.started_at IS 'When it began.';
COMMENT ON COLUMN press.v_run.finished_at IS 'When it ended.';
COMMENT ON COLUMN press.v_run.outcome IS 'running, done or failed.';
COMMENT ON COLUMN press.v_run.error IS 'Why it failed.';
COMMENT ON COLUMN press.v_run.seconds IS 'How long it took.';
COMMENT ON COLUMN press.v_run.pages IS 'Pages that were read (extract) or fetched (crawl, night).';
COMMENT ON COLUMN press.v_run.articles IS 'Articles that came of them (extract), or were read (flag).';
COMMENT ON COLUMN press.v_run.mentions IS 'Mentions found (flag).';
COMMENT ON COLUMN press.v_run.extraction_rate IS 'Share of the pages that are articles; null when nothing was read, as all the rates are.';
COMMENT ON COLUMN press.v_run.french_share IS 'Share of the pages that are not in another language.';
COMMENT ON COLUMN press.v_run.quarantined_share IS 'Share that could not be digested.';
COMMENT ON COLUMN press.v_run.dated_share IS 'Share of the articles that bear a date.';
COMMENT ON COLUMN press.v_run.mention_share IS 'Share of the articles that have a mention.';

GRANT SELECT ON ALL TABLES IN SCHEMA press TO vedette_reader;
