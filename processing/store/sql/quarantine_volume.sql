WITH counted AS (
    SELECT floor(extract(epoch FROM now() - first_at) / 86400)::int AS age, count(*) AS held
      FROM press.quarantine
     WHERE first_at > now() - interval '29 days' AND (settled_at IS NULL OR first_at <= now() - interval '1 day')
     GROUP BY 1
), day AS (
    SELECT age, coalesce(held, 0) AS held
      FROM generate_series(0, least(28, (
           SELECT floor(extract(epoch FROM now() - min(started_at)) / 86400)::int - 1 FROM press.run))) AS age
      LEFT JOIN counted USING (age)
)
SELECT coalesce((SELECT held FROM counted WHERE age = 0), 0)::int AS today,
       coalesce(max(held) FILTER (WHERE age > 0), 0)::int         AS most,
       coalesce(avg(held) FILTER (WHERE age > 0), 0)::real        AS usual,
       (count(*) FILTER (WHERE age > 0))::int                     AS days
  FROM day
