SELECT id AS mention_id, sentence, start_offset AS start, end_offset AS "end", field, category, plover, cameo,
       intensity, polarity, negated, certainty, stance, time, actors, trigger, speaker, score, tier, features,
       rules_version
  FROM press.mention
 WHERE article_id = %(id)s
 ORDER BY array_position(ARRAY['title', 'lead', 'body'], field), start_offset, score DESC
