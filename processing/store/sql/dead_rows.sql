SELECT relname, n_dead_tup
  FROM pg_stat_user_tables
 WHERE schemaname = 'press' AND n_dead_tup >= %(least)s AND n_dead_tup > %(share)s * (n_live_tup + n_dead_tup)
 ORDER BY n_dead_tup DESC, relname
