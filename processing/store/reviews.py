"""What people said of mentions, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store.statements import statement

Row = dict[str, Any]

VERDICTS = ("confirmed", "corrected", "rejected")
NOTE_LENGTH = 2000
"""Code points of a note at most."""


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on a mention; category and polarity are the right ones where the flagger's are not."""

    mention: int
    verdict: str
    reviewer: str
    category: str | None = None
    polarity: str | None = None
    note: str | None = None


def add(conn: Connection[TupleRow], review: Review) -> int | None:
    """Keep a review with what it judged; returns its id, None when there is no such mention any more.

    Earlier reviews of the mention stay; the latest counts.
    """
    row = conn.execute(
        statement("add_review"),
        {
            "mention": review.mention,
            "verdict": review.verdict,
            "category": review.category,
            "polarity": review.polarity,
            "note": review.note,
            "reviewer": review.reviewer,
        },
    ).fetchone()
    return int(row[0]) if row else None


def latest(
    conn: Connection[TupleRow],
    *,
    before: int | None = None,
    since: datetime | None = None,
    verdicts: Sequence[str] = (),
    limit: int | None = None,
) -> list[Row]:
    """The latest verdict on each judged mention, newest first; ``before`` is the review_id where a page ended."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("list_reviews"),
            {"before": before, "since": since, "verdicts": list(verdicts), "limit": limit},
        ).fetchall()


def precision(conn: Connection[TupleRow], *, most: int = 50) -> list[Row]:
    """How many judged mentions were right: {kind, name, judged, right_ones, category_right, polarity_right}.

    ``kind`` is all, category, source, trigger, tier or rules; of each kind the ``most`` often judged names.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("reviewed_precision"), {"most": most}).fetchall()


def sentences(conn: Connection[TupleRow], *, since: datetime | None = None) -> list[Row]:
    """Judged sentences, one row each: whether any mention in it holds, the right labels, the text before it."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("reviewed_sentences"), {"since": since}).fetchall()
