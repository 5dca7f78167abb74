SELECT DISTINCT ON (source_id) source_id, concat(kind, ' ', url, ': ', last_error)
  FROM press.feed
 WHERE listed AND last_error IS NOT NULL
 ORDER BY source_id, last_polled_at DESC
