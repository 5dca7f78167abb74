SELECT *
  FROM (SELECT health.*,
               CASE WHEN failing_feeds > 0 AND failing_feeds = feeds THEN coalesce(last_error, 'no feed answers')
                    WHEN failing_feeds > 0 THEN concat(failing_feeds, ' of ', feeds, ' feeds fail: ', last_error)
                    WHEN last_ok_at IS NULL THEN 'never looked at'
                    WHEN last_ok_at < now() - interval '3 days' THEN concat('not looked at since ',
                         to_char(last_ok_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD'))
                    WHEN silent OR articles_week = 0 THEN concat('silent: ', coalesce(
                         'last article ' || to_char(last_article_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD'),
                         'no article yet'))
                    WHEN low THEN concat('low: ', articles_week, ' articles in 7 days, usually ', articles_usual)
                    WHEN gaps > 0 THEN concat('its feed rolled on ', gaps, ' times in 28 days before it was looked at again')
                    WHEN caught < 0.8 THEN concat('only ', round(100 * caught)::int, ' % of its articles are announced to us')
                    ELSE '' END AS remark
          FROM press.v_source_health AS health
         WHERE disabled IS NULL) AS remarked
 ORDER BY remark = '', source_id
