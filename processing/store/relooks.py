"""Fresh articles are looked at again: which ones now, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow


@dataclass(frozen=True)
class LookedAgain:
    """A second look at an article that brought no new copy."""

    page_id: int
    what: Literal["unchanged", "withdrawn", "not answered"]
    """unchanged: 304 or the same body. withdrawn: 404 or 410. not answered: anything else."""
    look_again_at: datetime | None
    """When to look once more; None for never."""


def due_again(conn: Connection[TupleRow], source_id: str, limit: int) -> list[int]:
    """Pages whose articles are to be looked at again now: those with mentions first, then the newest.

    Fresh is what was published (or, undated, first fetched) in the last two days.
    """
    rows = conn.execute(
        """
        SELECT p.id
        FROM press.page p JOIN press.article a ON a.page_id = p.id
        WHERE p.source_id = %s AND p.state = 'extracted' AND p.look_again_at <= now()
          AND coalesce(a.published_at, p.first_fetched_at) > now() - interval '2 days'
        ORDER BY EXISTS (SELECT FROM press.mention m WHERE m.article_id = a.id) DESC,
                 coalesce(a.published_at, p.first_fetched_at) DESC, p.id DESC
        LIMIT %s
        """,
        (source_id, limit),
    ).fetchall()
    return [row[0] for row in rows]


def sources_to_look_again(conn: Connection[TupleRow]) -> list[str]:
    """Sources with a fresh article to look at again now, in order of id. Disabled ones are left out."""
    rows = conn.execute(
        """
        SELECT s.id FROM press.source s
        WHERE s.listed AND s.disabled IS NULL AND EXISTS (
            SELECT FROM press.page p JOIN press.article a ON a.page_id = p.id
            WHERE p.source_id = s.id AND p.state = 'extracted' AND p.look_again_at <= now()
              AND coalesce(a.published_at, p.first_fetched_at) > now() - interval '2 days')
        ORDER BY s.id
        """
    ).fetchall()
    return [row[0] for row in rows]


def mark_new_copies(conn: Connection[TupleRow], answers: Mapping[str, object]) -> None:
    """Pages of which a new copy lies in a segment wait for extraction again; ``answers`` as the frontier lists them."""
    conn.execute(
        """
        UPDATE press.page p
        SET state = 'fetched', status = a.status, segment_id = %(segment)s, record_offset = a.record_offset,
            fetched_at = a.fetched_at, etag = a.etag, last_modified = a.last_modified, body_sha256 = a.body_sha256,
            look_again_at = a.look_again_at
        FROM unnest(%(page_ids)s::bigint[], %(offsets)s::bigint[], %(statuses)s::int[], %(times)s::timestamptz[],
                    %(etags)s::text[], %(modified)s::text[], %(digests)s::bytea[], %(again)s::timestamptz[])
                 AS a (page_id, record_offset, status, fetched_at, etag, last_modified, body_sha256, look_again_at)
        WHERE p.id = a.page_id AND p.state = 'extracted' AND p.fetched_at < a.fetched_at
        """,
        answers,
    )


def mark_looked(conn: Connection[TupleRow], looked: Sequence[LookedAgain]) -> None:
    """Move second looks that brought no new copy on; an article that was withdrawn gets a revision that says so."""
    with conn.cursor() as cursor:
        cursor.executemany(
            """
            UPDATE press.page
            SET look_again_at = %s
            WHERE id = %s AND state = 'extracted'
            """,
            [(look.look_again_at, look.page_id) for look in looked],
        )
    conn.execute(
        """
        INSERT INTO press.revision (article_id, changed, title, lead, body, held_from, segment_id, record_offset,
                                    mentions_gained, mentions_lost)
        SELECT a.id, ARRAY['withdrawn'], a.title, a.lead, a.body, a.extracted_at, a.segment_id, a.record_offset,
               '[]', '[]'
        FROM press.article a
        WHERE a.page_id = ANY(%s)
          AND NOT EXISTS (SELECT FROM press.revision r WHERE r.article_id = a.id AND r.changed = ARRAY['withdrawn'])
        """,
        ([look.page_id for look in looked if look.what == "withdrawn"],),
    )
