SELECT mention.id AS mention_id, mention.article_id,
       mention.sentence, mention.start_offset AS start, mention.end_offset AS "end", mention.field,
       mention.category, mention.plover, mention.cameo, mention.intensity, mention.polarity, mention.negated,
       mention.certainty, mention.stance, mention.time, mention.actors, mention.trigger, mention.speaker,
       mention.score, mention.tier, mention.features, mention.cues, mention.rules_version,
       article.url, article.title, article.published_at, article.story_id, article.paywall, article.agency,
       article.source_id, coalesce(source.name, article.site_name) AS source, source.country, source.kind,
       source.state_media_of,
       review.verdict, review.right_category, review.right_polarity, review.note, review.reviewer, review.reviewed_at
  FROM press.mention
  JOIN press.article ON article.id = mention.article_id
  LEFT JOIN press.source ON source.id = article.source_id
  LEFT JOIN LATERAL (
       SELECT r.verdict, r.note, r.reviewer, r.reviewed_at,
              coalesce(r.category, r.mention_category) AS right_category,
              coalesce(r.polarity, r.mention_polarity) AS right_polarity
         FROM press.review r
        WHERE r.article_id = mention.article_id AND r.field = mention.field
          AND r.start_offset = mention.start_offset AND r.end_offset = mention.end_offset
          AND r.mention_category = mention.category AND r.sentence = mention.sentence
        ORDER BY r.id DESC LIMIT 1) AS review ON true
 WHERE mention.id = ANY (%(ids)s) OR mention.article_id = %(article)s
 ORDER BY mention.article_id, array_position(ARRAY['title', 'lead', 'body'], mention.field), mention.start_offset,
          mention.score DESC, mention.id
