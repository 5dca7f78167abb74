WITH source AS (
    SELECT s.id,
           least(28, floor(extract(epoch FROM now() - min(first.at)) / 86400) - 1)::int AS days
      FROM unnest(%(sources)s::text[]) AS s (id)
      JOIN press.feed f ON f.source_id = s.id
     CROSS JOIN LATERAL (SELECT q.at FROM press.poll q WHERE q.feed_id = f.id ORDER BY q.at LIMIT 1) first
     GROUP BY s.id
), counted AS (
    -- A page is fetched soon after it was discovered: the index is by discovery.
    SELECT p.source_id, floor(extract(epoch FROM now() - p.first_fetched_at) / 86400)::int AS age, count(*) AS pages
      FROM press.page p
     WHERE p.source_id = ANY (%(sources)s)
       AND p.discovered_at > now() - interval '60 days' AND p.first_fetched_at > now() - interval '29 days'
     GROUP BY 1, 2
)
SELECT source.id AS source_id,
       coalesce(sum(pages) FILTER (WHERE day.age = 0), 0)::int AS today,
       coalesce(min(coalesce(pages, 0)) FILTER (WHERE day.age > 0), 0)::int AS least,
       coalesce(avg(coalesce(pages, 0)) FILTER (WHERE day.age > 0), 0)::real AS usual,
       greatest(days, 0) AS days
  FROM source
 CROSS JOIN LATERAL generate_series(0, greatest(days, 0)) AS day (age)
  LEFT JOIN counted ON counted.source_id = source.id AND counted.age = day.age
 GROUP BY source.id, days
