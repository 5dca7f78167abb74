-- How many of the reviewed mentions are mentions (confirmed or corrected), and rightly labelled, by what the flagger said.
WITH judged AS (
     SELECT verdict <> 'rejected' AS is_mention,
            right_category = mention_category AS category_right,
            right_polarity = mention_polarity AS polarity_right,
            mention_category, coalesce(source, '?') AS source, lower(trigger_text) AS trigger, tier, rules_version
       FROM press.v_review
      WHERE mention_category IS NOT NULL),
     grouped AS (
     SELECT g.kind, g.name, count(*) AS judged, count(*) FILTER (WHERE is_mention) AS right_ones,
            count(*) FILTER (WHERE is_mention AND category_right) AS category_right,
            count(*) FILTER (WHERE is_mention AND polarity_right) AS polarity_right
       FROM judged
      CROSS JOIN LATERAL (VALUES ('all', ''), ('category', mention_category), ('source', source), ('trigger', trigger),
                                 ('tier', tier::text), ('rules', rules_version)) AS g (kind, name)
      GROUP BY g.kind, g.name),
     numbered AS (
     SELECT *, row_number() OVER (PARTITION BY kind ORDER BY judged DESC, name) AS place FROM grouped)
SELECT kind, name, judged, right_ones, category_right, polarity_right
  FROM numbered
 WHERE place <= %(most)s
 ORDER BY kind, judged DESC, name
