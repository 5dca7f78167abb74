SELECT v_run.*, run.counts, run.versions
  FROM press.v_run
  JOIN press.run ON run.id = v_run.run_id
 WHERE (%(stages)s::text[] = '{}' OR v_run.stage = ANY (%(stages)s))
   AND (%(before)s::bigint IS NULL OR v_run.run_id < %(before)s)
 ORDER BY v_run.run_id DESC
 LIMIT %(limit)s
