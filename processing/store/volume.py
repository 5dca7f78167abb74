"""How much a source brought in the last day, beside its own days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class Volume:
    """New pages of one source, counted over days of 24 hours that end now."""

    source_id: str
    today: int
    least: int
    """On the poorest of the days before."""
    usual: float
    """The mean of the days before."""
    days: int
    """How many days before were counted: 28, fewer for a source that is new."""


def daily_volume(conn: Connection[TupleRow], sources: Sequence[str]) -> list[Volume]:
    """The volume of each of these sources."""
    with conn.cursor(row_factory=class_row(Volume)) as cursor:
        return cursor.execute(statement("daily_volume"), {"sources": list(sources)}).fetchall()
