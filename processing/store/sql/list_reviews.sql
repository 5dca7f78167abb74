SELECT review_id, reviewed_at, reviewer, verdict, mention_category, mention_polarity, right_category, right_polarity,
       note, sentence, trigger_text, score, tier, rules_version, source_id, source, title, url, published_at, article_id,
       field, start_offset AS start, end_offset AS "end"
  FROM press.v_review
 WHERE (%(before)s::bigint IS NULL OR review_id < %(before)s)
   AND (%(since)s::timestamptz IS NULL OR reviewed_at >= %(since)s)
   AND (%(verdicts)s::text[] = '{}' OR verdict = ANY (%(verdicts)s))
 ORDER BY review_id DESC
 LIMIT %(limit)s
