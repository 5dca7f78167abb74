WITH day AS (
    SELECT s.id AS source_id, n,
           (SELECT count(*) FROM press.page p
             WHERE p.source_id = s.id
               AND p.first_fetched_at >  now() - make_interval(days => n + 1)
               AND p.first_fetched_at <= now() - make_interval(days => n)) AS pages
      FROM unnest(%(sources)s::text[]) AS s (id)
     CROSS JOIN generate_series(0, 28) AS n
     WHERE n = 0 OR EXISTS (
           SELECT FROM press.feed f JOIN press.poll q ON q.feed_id = f.id
            WHERE f.source_id = s.id AND q.at <= now() - make_interval(days => n + 1))
)
SELECT source_id,
       sum(pages) FILTER (WHERE n = 0)::int            AS today,
       coalesce(min(pages) FILTER (WHERE n > 0), 0)::int AS least,
       coalesce(avg(pages) FILTER (WHERE n > 0), 0)::real AS usual,
       (count(*) FILTER (WHERE n > 0))::int            AS days
  FROM day
 GROUP BY source_id
