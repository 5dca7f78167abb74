SELECT story_id, title, first_source, first_published_at, last_published_at, articles, outlets, outlet_names,
       agencies, mentions
  FROM press.v_story
 WHERE story_id IN (SELECT story_id FROM chosen)
 ORDER BY first_published_at DESC NULLS LAST, story_id DESC
 LIMIT %(rows)s
