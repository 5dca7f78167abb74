"""What the web desk reads: mentions by pages, what is new by story, one article with its history, sources and runs.

Every function is one statement, kept as a file; pages are found by the place of their last row, never by counting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store.statements import statement

Row = dict[str, Any]

EXPORT_BATCH = 1000
"""Rows that a streaming read holds in memory at a time."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of mentions ended: the sort key of its last row."""

    at: datetime
    article: int
    field: int
    start: int
    mention: int

    @classmethod
    def of(cls, row: Row) -> Place:
        return cls(row["at"], row["article_id"], row["field_position"], row["start"], row["mention_id"])


@dataclass(frozen=True, slots=True)
class MentionQuery:
    """Which mentions are wanted; empty means all.

    ``since`` and ``until`` compare with the publication time, else the time of storing. ``states`` are the states
    that direct a source (CN, RU), ``sides`` those of the speaker, ``reviews`` the verdicts; ``none`` stands for
    the absence of each. ``words`` is asked of the sentence, as `findings.search` asks of articles.
    """

    since: datetime | None = None
    until: datetime | None = None
    categories: Sequence[str] = ()
    polarities: Sequence[str] = ()
    sources: Sequence[str] = ()
    countries: Sequence[str] = ()
    kinds: Sequence[str] = ()
    states: Sequence[str] = ()
    sides: Sequence[str] = ()
    reviews: Sequence[str] = ()
    story: int | None = None
    least_score: float = 0.0
    words: str | None = None


def _parameters(
    conn: Connection[TupleRow], wanted: MentionQuery, after: Place | None, limit: int | None
) -> dict[str, Any]:
    reviewed = None
    if wanted.reviews and "none" not in wanted.reviews:
        # Few articles have a review: named one by one, they are where the search begins.
        rows = conn.execute("SELECT DISTINCT article_id FROM press.review").fetchall()
        reviewed = [row[0] for row in rows]
    lists = "categories polarities sources countries kinds states sides reviews".split()
    return {
        **{name: list(getattr(wanted, name)) for name in lists},
        "articles": reviewed,
        "since": wanted.since,
        "until": wanted.until,
        "story": wanted.story,
        "least_score": wanted.least_score,
        "words": wanted.words,
        "after_at": after.at if after else None,
        "after_article": after.article if after else None,
        "after_field": after.field if after else None,
        "after_start": after.start if after else None,
        "after_mention": after.mention if after else None,
        "limit": limit,
    }


def mentions(
    conn: Connection[TupleRow], wanted: MentionQuery, *, after: Place | None, limit: int
) -> list[Row]:
    """A page of mentions with article, source and latest review, newest article first, in reading order within one."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("browse_mentions"), _parameters(conn, wanted, after, limit)
        ).fetchall()


def stream_mentions(conn: Connection[TupleRow], wanted: MentionQuery) -> Iterator[Row]:
    """All of them in the same order, by a cursor on the server: `EXPORT_BATCH` rows in memory. Wants a transaction."""
    with conn.cursor(name="mentions", row_factory=dict_row) as cursor:
        cursor.itersize = EXPORT_BATCH
        yield from cursor.execute(statement("browse_mentions"), _parameters(conn, wanted, None, None))


def stories(
    conn: Connection[TupleRow],
    *,
    since: datetime,
    until: datetime,
    least_score: float,
    limit: int,
    shown: int,
) -> list[Row]:
    """What became known between two moments, by story, strongest first; each with its ``shown`` surest mentions."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("browse_stories"),
            {"since": since, "until": until, "least_score": least_score, "limit": limit, "shown": shown},
        ).fetchall()


def story_articles(conn: Connection[TupleRow], stories: Sequence[int]) -> list[Row]:
    """The articles of stories; a negative number is that of an article without a story."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("browse_story_articles"),
            {"stories": [s for s in stories if s > 0], "articles": [-s for s in stories if s < 0]},
        ).fetchall()


def mentions_by_id(conn: Connection[TupleRow], ids: Sequence[int]) -> dict[int, Row]:
    """These mentions, as `mentions` gives them, by id."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("browse_mentions_by_id"), {"ids": list(ids), "article": None})
        return {row["mention_id"]: row for row in rows}


def article(conn: Connection[TupleRow], article_id: int) -> Row | None:
    """One article with its source and where its page is kept; ``mentions`` and ``revisions`` under these names."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement("browse_article"), {"id": article_id}).fetchone()
        if found is not None:
            key = {"ids": [], "article": article_id}
            found["mentions"] = cursor.execute(statement("browse_mentions_by_id"), key).fetchall()
            found["revisions"] = cursor.execute(
                statement("browse_revisions"), {"article": article_id}
            ).fetchall()
        return found


def search(
    conn: Connection[TupleRow], words: str, *, after: tuple[float, int] | None, limit: int
) -> list[Row]:
    """A page of the articles that have the words, best first; ``after`` is (rank, article_id) of the last one seen.

    Matches in the snippet stand between U+E000 and U+E001.
    """
    rank, last = after or (None, None)
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("browse_search"),
            {"words": words, "after_rank": rank, "after_article": last, "limit": limit},
        ).fetchall()


def sources(conn: Connection[TupleRow]) -> list[Row]:
    """Every listed source, the disabled too: health, completeness, and what its rules for machines refused."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("browse_sources")).fetchall()


def source_names(conn: Connection[TupleRow]) -> list[Row]:
    """Id, name, country and kind of every source, for a choice."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT id, name, country, kind FROM press.source ORDER BY name, id").fetchall()


def runs(conn: Connection[TupleRow], *, stages: Sequence[str], before: int | None, limit: int) -> list[Row]:
    """A page of ``v_run``, newest first, with the counts and versions of each run."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("browse_runs"), {"stages": list(stages), "before": before, "limit": limit}
        ).fetchall()


def last_night(conn: Connection[TupleRow]) -> datetime | None:
    """When the last crawl began that brought a page; None before the first."""
    row = conn.execute(
        "SELECT started_at FROM press.run WHERE stage IN ('crawl', 'night') AND outcome <> 'failed'"
        " ORDER BY started_at DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None
