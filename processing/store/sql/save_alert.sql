INSERT INTO press.alert (subject, reason, page, since, last_seen, silenced_until, silenced_because, silenced_by)
VALUES (%(subject)s, %(reason)s, %(page)s, %(since)s, %(last_seen)s, %(silenced_until)s, %(silenced_because)s, %(silenced_by)s)
ON CONFLICT (subject) WHERE ended_at IS NULL
DO UPDATE SET reason = excluded.reason, page = excluded.page, last_seen = excluded.last_seen, ended_at = %(ended_at)s
