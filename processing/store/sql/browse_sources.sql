-- Every listed source with its health; `refusal` is what its rules for machines refuse, `opted_out` the pages refused.
SELECT health.*, source.country, source.kind, source.state_media_of, source.homepage, source.disabled AS why_disabled,
       refused.by_robots, refused.by_reservation, refused.reason AS refusal
  FROM press.v_source_health AS health
  JOIN press.source ON source.id = health.source_id
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE state = 'refused_robots') AS by_robots,
              count(*) FILTER (WHERE state = 'refused_tdm') AS by_reservation,
              max(reason) AS reason
         FROM press.page
        WHERE page.source_id = source.id AND state IN ('refused_robots', 'refused_tdm')) AS refused ON true
 ORDER BY source.name, source.id
