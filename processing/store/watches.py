"""Watch lists: kept filters, what each finds, and what it has told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow, class_row, dict_row
from psycopg.types.json import Jsonb

from processing.errors import WatchError
from processing.store.findings import MentionFilter, Row
from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class Watch:
    """A row of ``press.watch``; ``filter`` as it is stored."""

    id: int
    key: UUID
    name: str
    filter: Mapping[str, Any]
    notify: bool
    created_by: str
    created_at: datetime
    told_at: datetime | None


def add(
    conn: Connection[TupleRow],
    name: str,
    stored: Mapping[str, Any],
    wanted: MentionFilter,
    *,
    notify: bool,
    created_by: str,
) -> int:
    """Keep a filter under a name; returns how many sentences it finds now. These count as told: only what comes later
    is news.

    Raises WatchError when the name is taken or cannot be one.
    """
    try:
        with conn.transaction(), conn.cursor(row_factory=class_row(Watch)) as cursor:
            kept = cursor.execute(
                "INSERT INTO press.watch (name, filter, notify, created_by) VALUES (%s, %s, %s, %s) RETURNING *",
                (name, Jsonb(dict(stored)), notify, created_by),
            ).fetchone()
            assert kept is not None  # noqa: S101 - an INSERT returns its row
            return conn.execute(
                sql.SQL("INSERT INTO press.told (watch_id, article_id, sentence)")
                + sql.SQL(" SELECT %(watch_id)s, found.article_id, md5(found.sentence)::uuid FROM (")
                + sql.SQL(statement("find_mentions"))
                + sql.SQL(") AS found ON CONFLICT DO NOTHING"),
                {**wanted.parameters(), "watch_id": kept.id},
            ).rowcount
    except psycopg.errors.UniqueViolation:
        raise WatchError(
            f"there is a watch list « {name} »: `vedette watch remove` it first, or choose another name"
        ) from None
    except psycopg.errors.CheckViolation:
        raise WatchError(f"« {name[:60]} » is no name for a watch list: 1 to 200 characters") from None


def watches(conn: Connection[TupleRow]) -> list[Watch]:
    """All watch lists by name."""
    with conn.cursor(row_factory=class_row(Watch)) as cursor:
        return cursor.execute("SELECT * FROM press.watch ORDER BY name").fetchall()


def watch(conn: Connection[TupleRow], name: str, *, lock: bool = False) -> Watch:
    """The watch list of that name, locked until the transaction ends if asked. Raises WatchError: there is none."""
    with conn.cursor(row_factory=class_row(Watch)) as cursor:
        found = cursor.execute(
            "SELECT * FROM press.watch WHERE name = %s FOR UPDATE"
            if lock
            else "SELECT * FROM press.watch WHERE name = %s",
            (name,),
        ).fetchone()
    if found is None:
        raise WatchError(f"no watch list « {name} »: `vedette watch list` gives the names")
    return found


def remove(conn: Connection[TupleRow], name: str) -> None:
    """Forget a watch list. Raises WatchError when there is none."""
    if conn.execute("DELETE FROM press.watch WHERE name = %s", (name,)).rowcount == 0:
        raise WatchError(f"no watch list « {name} »: `vedette watch list` gives the names")


def found(
    conn: Connection[TupleRow],
    watch: Watch,
    wanted: MentionFilter,
    *,
    untold: bool = False,
    limit: int | None = None,
) -> list[Row]:
    """Mentions that it finds, the last stored first, as `findings.mentions` with ``stored_at``; ``untold`` leaves out
    the sentences that it has told."""
    query = (
        sql.SQL("WITH found AS (")
        + sql.SQL(statement("find_mentions"))
        + sql.SQL(")\n")
        + sql.SQL(statement("news_of_watch"))
    )
    parameters = {
        **replace(wanted, limit=None).parameters(),
        "watch_id": watch.id,
        "untold": untold,
        "rows": limit,
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def note_told(conn: Connection[TupleRow], watch: Watch, told: Sequence[Mapping[str, Any]]) -> None:
    """Note these mentions as told, in the transaction that is open."""
    conn.execute(
        """
        INSERT INTO press.told (watch_id, article_id, sentence)
        SELECT %s, article_id, md5(sentence)::uuid
          FROM unnest(%s::bigint[], %s::text[]) AS told (article_id, sentence)
            ON CONFLICT DO NOTHING
        """,
        (watch.id, [row["article_id"] for row in told], [row["sentence"] for row in told]),
    )
    conn.execute("UPDATE press.watch SET told_at = now() WHERE id = %s", (watch.id,))
