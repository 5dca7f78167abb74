-- What is reckoned from a feed's first looks stays (v_source_health, v_completeness, daily_volume, memory_of), and so
-- do its last ones when nobody has looked for long: days count back from the newest.
WITH known AS (
    SELECT max(at) AS newest,
           array_remove(ARRAY[min(at), min(at) FILTER (WHERE outcome = 'items'),
                              min(at) FILTER (WHERE outcome IN ('items', 'empty'))], NULL) AS firsts
      FROM press.poll
     WHERE feed_id = %(feed)s)
SELECT poll.id
  FROM press.poll, known
 WHERE poll.feed_id = %(feed)s
   AND poll.at < least(known.newest, now()) - make_interval(days => %(days)s)
   AND poll.at <> ALL (known.firsts)
 ORDER BY poll.at
 LIMIT %(size)s
