WITH day AS (
    SELECT n, (SELECT count(*) FROM press.quarantine q
                WHERE q.first_at > now() - make_interval(days => n + 1) AND q.first_at <= now() - make_interval(days => n)
                  AND (n > 0 OR q.settled_at IS NULL)) AS held
      FROM generate_series(0, 28) AS n
     WHERE n = 0 OR EXISTS (SELECT FROM press.run WHERE started_at <= now() - make_interval(days => n + 1))
)
SELECT sum(held) FILTER (WHERE n = 0)::int               AS today,
       coalesce(max(held) FILTER (WHERE n > 0), 0)::int  AS most,
       coalesce(avg(held) FILTER (WHERE n > 0), 0)::real AS usual,
       (count(*) FILTER (WHERE n > 0))::int              AS days
  FROM day
