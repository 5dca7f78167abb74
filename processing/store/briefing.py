"""What a morning brief asks of the store. « Collected » is when an article was stored for the first time.

Every function takes the period as ``since <= t < until``. Call them in one transaction of isolation REPEATABLE READ, so
that the figures agree with each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store.statements import statement

Row = dict[str, Any]

AT_ONCE = 2000
"""Mentions fetched at a time: a day on which an archive was read has hundreds of thousands."""


def figures(conn: Connection[TupleRow], since: datetime, until: datetime) -> Row:
    """``runs``, ``asked``, ``answered``, ``pages``, ``articles``, ``waiting``, ``quarantined``, in numbers."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement("brief_figures"), {"since": since, "until": until}).fetchone()
    assert found is not None  # noqa: S101 - a row of aggregates
    return found


def mentions(conn: Connection[TupleRow], since: datetime, until: datetime) -> Iterator[Row]:
    """The mentions in articles collected in the period, as reviewed, a few at a time. Needs a transaction."""
    with conn.cursor("brief_mentions", row_factory=dict_row) as cursor:
        cursor.itersize = AT_ONCE
        yield from cursor.execute(statement("brief_mentions"), {"since": since, "until": until})


def outlets(conn: Connection[TupleRow], stories: Sequence[int]) -> dict[int, int]:
    """By story: how many independent outlets carry it (``v_story``)."""
    return dict(
        conn.execute(
            "SELECT story_id, outlets FROM press.v_story WHERE story_id = ANY (%s)", (list(stories),)
        ).fetchall()
    )


def failures(conn: Connection[TupleRow], since: datetime, until: datetime) -> list[Row]:
    """Sources at which a look failed: ``name``, ``answered`` (another look went well), ``reason``."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("brief_failures"), {"since": since, "until": until}).fetchall()


def silent(conn: Connection[TupleRow]) -> list[tuple[str, datetime | None]]:
    """Sources that are silent at present though their feeds answer: name, last article; the longest silent first."""
    return conn.execute(
        """
        SELECT name, last_article_at
          FROM press.v_source_health
         WHERE silent AND disabled IS NULL AND failing_feeds < feeds
         ORDER BY last_article_at NULLS FIRST, name
        """
    ).fetchall()


def failed_runs(conn: Connection[TupleRow], since: datetime, until: datetime) -> list[tuple[str, str]]:
    """Stage and error of the runs that ended as failed in the period, the newest first."""
    return conn.execute(
        """
        SELECT stage, coalesce(error, 'no reason noted')
          FROM press.run
         WHERE outcome = 'failed' AND finished_at >= %s AND finished_at < %s
           AND stage IN ('crawl', 'extract', 'flag', 'ingest', 'night')
         ORDER BY finished_at DESC
        """,
        (since, until),
    ).fetchall()
