-- Mentions for the web desk: one page from a place on, newest article first, in reading order within one.
SELECT mention.id AS mention_id, mention.article_id,
       mention.sentence, mention.start_offset AS start, mention.end_offset AS "end", mention.field,
       mention.category, mention.plover, mention.cameo, mention.intensity, mention.polarity, mention.negated,
       mention.certainty, mention.stance, mention.time, mention.actors, mention.trigger, mention.speaker,
       mention.score, mention.tier, mention.features, mention.cues, mention.rules_version,
       article.url, article.title, article.published_at, article.story_id, article.paywall, article.agency,
       article.source_id, coalesce(source.name, article.site_name) AS source, source.country, source.kind,
       source.state_media_of,
       coalesce(article.published_at, article.stored_at) AS at,
       array_position(ARRAY['title', 'lead', 'body'], mention.field) AS field_position,
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
 WHERE (%(since)s::timestamptz IS NULL OR coalesce(article.published_at, article.stored_at) >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR coalesce(article.published_at, article.stored_at) < %(until)s)
   AND (%(categories)s::text[] = '{}' OR mention.category = ANY (%(categories)s))
   AND (%(polarities)s::text[] = '{}' OR mention.polarity = ANY (%(polarities)s))
   AND (%(sources)s::text[] = '{}' OR article.source_id = ANY (%(sources)s))
   AND (%(countries)s::text[] = '{}' OR source.country = ANY (%(countries)s))
   AND (%(kinds)s::text[] = '{}' OR source.kind = ANY (%(kinds)s))
   AND (%(states)s::text[] = '{}' OR coalesce(source.state_media_of, 'none') = ANY (%(states)s))
   AND (%(sides)s::text[] = '{}' OR coalesce(mention.speaker ->> 'side', 'none') = ANY (%(sides)s))
   AND (%(reviews)s::text[] = '{}' OR coalesce(review.verdict, 'none') = ANY (%(reviews)s))
   AND (%(articles)s::bigint[] IS NULL OR article.id = ANY (%(articles)s))
   AND (%(story)s::bigint IS NULL OR article.story_id = %(story)s)
   AND mention.score >= %(least_score)s
   AND (%(words)s::text IS NULL
        OR to_tsvector('press.fr', mention.sentence) @@ websearch_to_tsquery('press.fr', %(words)s))
   AND (%(after_at)s::timestamptz IS NULL
        OR (coalesce(article.published_at, article.stored_at), article.id) < (%(after_at)s, %(after_article)s)
        OR (coalesce(article.published_at, article.stored_at), article.id) = (%(after_at)s, %(after_article)s)
           AND (array_position(ARRAY['title', 'lead', 'body'], mention.field), mention.start_offset, mention.id)
             > (%(after_field)s, %(after_start)s, %(after_mention)s))
 ORDER BY coalesce(article.published_at, article.stored_at) DESC, article.id DESC,
          array_position(ARRAY['title', 'lead', 'body'], mention.field), mention.start_offset, mention.id
 LIMIT %(limit)s
