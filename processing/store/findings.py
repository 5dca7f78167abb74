"""What people ask of the store: mentions, full-text search, one article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store.statements import statement

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """Which mentions are wanted. Empty means all; ``since`` compares with the publication time (the time of
    storing where the page gives none), ``until`` is excluded; ``sides`` are those of the speaker; ``text`` is
    searched in the article, as `search` does it."""

    since: datetime | None = None
    until: datetime | None = None
    categories: Sequence[str] = ()
    polarities: Sequence[str] = ()
    sources: Sequence[str] = ()
    countries: Sequence[str] = ()
    kinds: Sequence[str] = ()
    sides: Sequence[str] = ()
    text: str | None = None
    least_score: float = 0.0
    run_id: int | None = None
    limit: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Its values by the names that ``find_mentions.sql`` and ``find_articles.sql`` have for them."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple | list) else value for name, value in named.items()
        }


def mentions(conn: Connection[TupleRow], wanted: MentionFilter) -> Iterator[Row]:
    """Mentions with their article and source, newest article first, in reading order within one.

    A row has the contract's keys of a mention, and ``mention_id``, ``article_id``, ``url``, ``title``,
    ``published_at``, ``source``, ``source_id``, ``country``, ``kind``, ``story_id``.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        yield from cursor.execute(statement("find_mentions"), wanted.parameters())


def search(conn: Connection[TupleRow], words: str, *, limit: int = 20) -> Iterator[Row]:
    """Articles whose text has the words: French stems, accents optional, best first, with a snippet.

    ``words`` takes what people type: "a phrase", ``or``, ``-without`` (PostgreSQL's websearch_to_tsquery).
    Matches in the snippet stand between ``[`` and ``]``.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        yield from cursor.execute(statement("search_articles"), {"words": words, "limit": limit})


def article(conn: Connection[TupleRow], article_id: int) -> Row | None:
    """One article with its source, all columns but the search vector, its mentions under ``mentions``."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement("one_article"), {"id": article_id}).fetchone()
        if found is not None:
            found["mentions"] = cursor.execute(
                statement("mentions_of_article"), {"id": article_id}
            ).fetchall()
        return found


def article_id_of(conn: Connection[TupleRow], url: str) -> int | None:
    """The article stored under an address (its own or its canonical one)."""
    row = conn.execute(
        "SELECT id FROM press.article WHERE url = %(url)s OR canonical_url = %(url)s ORDER BY id LIMIT 1",
        {"url": url},
    ).fetchone()
    return int(row[0]) if row else None


def source_health(conn: Connection[TupleRow]) -> list[Row]:
    """The rows of ``v_source_health`` for crawled sources, with ``remark``: what is wrong, empty when nothing is.

    Wrong is a failing feed, a source that was never reached, and one without an article for seven days.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("source_health")).fetchall()


def feed_errors(conn: Connection[TupleRow]) -> dict[str, str]:
    """By source: why the latest of its failing feeds failed. Sources whose feeds are all well are absent."""
    return dict(conn.execute(statement("feed_errors")).fetchall())
