"""Rows whose time is over: old looks at feeds, and segments whose files are no longer kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class ExpiredSegment:
    """A segment whose every page is extracted and whose time is over."""

    id: int
    path: str
    """Relative to the archive folder."""
    bytes: int


def feeds_looked_at(conn: Connection[TupleRow]) -> list[int]:
    """Every feed, listed or not."""
    return [row[0] for row in conn.execute("SELECT id FROM press.feed ORDER BY id").fetchall()]


def expired_polls(conn: Connection[TupleRow], feed_id: int, days: int, size: int | None = None) -> list[int]:
    """Looks at this feed that are older than so many days and that nothing is reckoned from; oldest first."""
    rows = conn.execute(statement("expired_polls"), {"feed": feed_id, "days": days, "size": size})
    return [row[0] for row in rows.fetchall()]


def delete_polls(conn: Connection[TupleRow], polls: Sequence[int]) -> int:
    """Delete these looks; returns how many were there."""
    return conn.execute("DELETE FROM press.poll WHERE id = ANY(%s)", (list(polls),)).rowcount


def expired_segments(
    conn: Connection[TupleRow], days: int, *, after: int = 0, size: int | None = None
) -> list[ExpiredSegment]:
    """Segments of our own crawls, with ids above ``after``, that were sealed more than so many days ago."""
    with conn.cursor(row_factory=class_row(ExpiredSegment)) as cursor:
        return cursor.execute(
            statement("expired_segments"), {"days": days, "after": after, "size": size}
        ).fetchall()


def mark_removed(conn: Connection[TupleRow], segments: Sequence[ExpiredSegment]) -> list[str]:
    """Note that the files of these segments are no longer kept; returns the paths that may go once this is committed.

    Those of which a page waits for extraction after all are left out.
    """
    ids = [segment.id for segment in segments]
    with conn.transaction():
        conn.execute("SELECT FROM press.segment WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
        return [row[0] for row in conn.execute(statement("remove_segments"), {"ids": ids}).fetchall()]


def removed_segments(conn: Connection[TupleRow]) -> list[str]:
    """Paths of all segments whose files are no longer kept, relative to the archive folder."""
    rows = conn.execute("SELECT path FROM press.segment WHERE removed_at IS NOT NULL AND origin = 'crawl'")
    return [row[0] for row in rows.fetchall()]
