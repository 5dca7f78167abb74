"""Texts that articles had before: kept when a new copy says something else, and compared when it is flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, class_row, dict_row
from psycopg.types.json import Jsonb

from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class OpenRevision:
    """A former text whose mentions have not been compared with those of the text after it."""

    id: int
    article_id: int
    title: str
    lead: str
    body: str
    day: date


def keep(conn: Connection[TupleRow]) -> None:
    """Keep the present texts of the articles that the staged ones will change (see `articles.store`)."""
    conn.execute(statement("keep_revisions"))


def open_revisions(conn: Connection[TupleRow], article_ids: Sequence[int]) -> list[OpenRevision]:
    """Those of these articles, oldest first."""
    with conn.cursor(row_factory=class_row(OpenRevision)) as cursor:
        return cursor.execute(statement("open_revisions"), {"articles": list(article_ids)}).fetchall()


def close(
    conn: Connection[TupleRow],
    revision_id: int,
    gained: Sequence[Mapping[str, str]],
    lost: Sequence[Mapping[str, str]],
) -> None:
    """Note which mentions the change brought and took away."""
    conn.execute(
        "UPDATE press.revision SET mentions_gained = %s, mentions_lost = %s WHERE id = %s",
        (Jsonb([dict(one) for one in gained]), Jsonb([dict(one) for one in lost]), revision_id),
    )


def corrections(
    conn: Connection[TupleRow], *, since: datetime | None = None, every: bool = False
) -> list[dict[str, Any]]:
    """Rows of ``v_correction``, newest first: those that touched a mention, or ``every`` one."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("find_corrections"), {"since": since, "every": every}).fetchall()
