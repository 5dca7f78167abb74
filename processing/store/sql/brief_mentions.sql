-- What a person said last of a sentence outlives a new flagging: rejected ones are left out, corrected ones corrected.
SELECT m.id AS mention_id, m.article_id, coalesce(a.story_id, -a.id) AS story_id,
       m.field, m.start_offset AS start, m.sentence,
       coalesce(judged.category, m.category) AS category,
       coalesce(judged.polarity, m.polarity) AS polarity,
       m.certainty, m.time, m.intensity, m.score, m.trigger, m.actors,
       m.speaker ->> 'text' AS speaker, m.speaker ->> 'side' AS speaker_side,
       a.title, a.url, a.published_at, coalesce(a.published_at, a.stored_at) AS dated_at, a.agency,
       coalesce(a.source_id, a.site_name, split_part(a.url, '/', 3)) AS outlet_key,
       coalesce(s.name, a.site_name, split_part(a.url, '/', 3)) AS outlet, s.state_media_of,
       EXISTS (SELECT FROM press.revision r
                WHERE r.article_id = a.id AND r.changed = ARRAY['withdrawn']) AS withdrawn,
       judged.verdict IS NOT NULL AS confirmed
  FROM press.article a
  JOIN press.mention m ON m.article_id = a.id
  LEFT JOIN press.source s ON s.id = a.source_id
  LEFT JOIN LATERAL (
       SELECT v.verdict,
              CASE WHEN v.verdict = 'corrected' THEN v.category END AS category,
              CASE WHEN v.verdict = 'corrected' THEN v.polarity END AS polarity
         FROM press.review v
        WHERE v.article_id = m.article_id AND v.field = m.field AND v.start_offset = m.start_offset
          AND v.sentence = m.sentence
        ORDER BY v.reviewed_at DESC, v.id DESC
        LIMIT 1) AS judged ON true
 WHERE a.stored_at >= %(since)s AND a.stored_at < %(until)s
   AND judged.verdict IS DISTINCT FROM 'rejected'
