SELECT mention.id AS mention_id, mention.article_id,
       mention.sentence, mention.start_offset AS start, mention.end_offset AS "end", mention.field,
       mention.category, mention.plover, mention.cameo, mention.intensity, mention.polarity, mention.negated,
       mention.certainty, mention.stance, mention.time, mention.actors, mention.trigger, mention.speaker,
       mention.score, mention.tier, mention.features, mention.rules_version,
       article.url, article.title, article.published_at, article.story_id, article.paywall,
       article.source_id, coalesce(source.name, article.site_name) AS source, source.country, source.kind
  FROM press.mention
  JOIN press.article ON article.id = mention.article_id
  LEFT JOIN press.source ON source.id = article.source_id
 WHERE (%(since)s::timestamptz IS NULL OR coalesce(article.published_at, article.extracted_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR coalesce(article.published_at, article.extracted_at) < %(until)s)
   AND (%(categories)s::text[] = '{}' OR mention.category = ANY (%(categories)s))
   AND (%(polarities)s::text[] = '{}' OR mention.polarity = ANY (%(polarities)s))
   AND (%(sources)s::text[] = '{}' OR article.source_id = ANY (%(sources)s))
   AND (%(countries)s::text[] = '{}' OR source.country = ANY (%(countries)s))
   AND (%(kinds)s::text[] = '{}' OR source.kind = ANY (%(kinds)s))
   AND (%(sides)s::text[] = '{}' OR mention.speaker ->> 'side' = ANY (%(sides)s))
   AND (%(text)s::text IS NULL OR article.search @@ websearch_to_tsquery('press.fr', %(text)s))
   AND mention.score >= %(least_score)s::real
   AND (%(run_id)s::bigint IS NULL OR mention.run_id = %(run_id)s)
 ORDER BY article.published_at DESC NULLS LAST, article.id DESC,
          array_position(ARRAY['title', 'lead', 'body'], mention.field), mention.start_offset, mention.score DESC
 LIMIT %(limit)s
