WITH heard AS (
    SELECT a.subject, a.since, s.name
      FROM press.alert a LEFT JOIN press.source s ON a.subject = 'source:' || s.id
     WHERE a.ended_at IS NULL AND (a.silenced_until IS NULL OR a.silenced_until <= now())
)
SELECT (SELECT coalesce(array_agg(name ORDER BY name), '{}') FROM heard WHERE name IS NOT NULL)      AS sources,
       (SELECT coalesce(array_agg(subject ORDER BY since, subject), '{}') FROM heard WHERE name IS NULL) AS others,
       (SELECT max(started_at) FROM press.run WHERE stage = 'watch' AND outcome = 'done')            AS looked_at,
       night.started_at                                                                              AS night_at,
       night.outcome                                                                                 AS night_outcome,
       coalesce((night.counts ->> 'sources')::int, 0)                                                AS asked,
       coalesce((night.counts ->> 'sources')::int - (night.counts ->> 'sources_down')::int, 0)       AS answered,
       came.articles,
       came.mentions,
       came.flagged
  FROM (SELECT) AS one
  LEFT JOIN LATERAL (
       SELECT started_at, outcome, counts FROM press.run WHERE stage = 'night' ORDER BY started_at DESC LIMIT 1) AS night ON true
  CROSS JOIN LATERAL (
       -- What hangs on the night has run within five hours; later come the polls of the day.
       SELECT coalesce(sum(articles) FILTER (WHERE stage = 'extract'), 0)::int AS articles,
              coalesce(sum(mentions) FILTER (WHERE stage = 'flag'), 0)::int    AS mentions,
              coalesce(bool_or(stage = 'flag' AND outcome = 'done'), false)    AS flagged
         FROM press.v_run
        WHERE stage IN ('extract', 'flag')
          AND started_at BETWEEN night.started_at AND night.started_at + interval '5 hours') AS came
