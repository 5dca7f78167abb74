SELECT id, subject, reason, page, since, last_seen, told_at, ended_at, fixed_told_at, silenced_until, silenced_because, silenced_by
  FROM press.alert
 WHERE ended_at IS NULL
    OR silenced_until > %(now)s
    OR (told_at IS NOT NULL AND fixed_told_at IS NULL AND ended_at > %(now)s - interval '30 days')
 ORDER BY subject, since
