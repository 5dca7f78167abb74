-- Keeps with the verdict what was judged, so that it outlives the mention.
INSERT INTO press.review (article_id, field, start_offset, end_offset, sentence, verdict, category, polarity, note,
                          reviewer, mention_category, mention_polarity, trigger_text, score, tier, rules_version)
SELECT mention.article_id, mention.field, mention.start_offset, mention.end_offset, mention.sentence, %(verdict)s,
       %(category)s, %(polarity)s, %(note)s, %(reviewer)s, mention.category, mention.polarity,
       mention.trigger ->> 'text', mention.score, mention.tier, mention.rules_version
  FROM press.mention
 WHERE mention.id = %(mention)s
RETURNING id
