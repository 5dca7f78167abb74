SELECT *
  FROM (SELECT health.*,
               CASE WHEN failing_feeds > 0 THEN coalesce(last_error, 'a feed fails')
                    WHEN last_ok_at IS NULL THEN 'never looked at'
                    WHEN articles_week = 0 THEN concat('silent: ', coalesce(
                         'last article ' || to_char(last_article_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD'),
                         'no article yet'))
                    ELSE '' END AS remark
          FROM press.v_source_health AS health
         WHERE disabled IS NULL) AS remarked
 ORDER BY remark = '', source_id
