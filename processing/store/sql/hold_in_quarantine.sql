INSERT INTO press.quarantine AS held (stage, subject, page_id, record_offset, reason, run_id)
VALUES (%(stage)s, %(subject)s, %(page_id)s, %(record_offset)s, %(reason)s, %(run_id)s)
ON CONFLICT (stage, subject) DO UPDATE
   SET reason = excluded.reason, page_id = excluded.page_id, record_offset = excluded.record_offset,
       run_id = excluded.run_id, attempts = held.attempts + 1, last_at = now(), settled_at = NULL
