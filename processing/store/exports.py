"""Rows for export: as many as there are, in the memory of a few."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Literal, get_args

from psycopg import Connection, sql
from psycopg.rows import TupleRow, dict_row

from processing.store.findings import MentionFilter, Row
from processing.store.statements import statement

What = Literal["mentions", "articles", "stories", "sources"]
WHATS: tuple[What, ...] = get_args(What)

BATCH = 1000
"""Rows that are in this process's memory at a time."""

OF_MENTIONS = ("categories", "polarities", "sides", "least_score", "run_id")
"""Filters that only a mention can pass. Articles and stories pass them by having such a mention."""

OF_SOURCES = ("sources", "countries", "kinds", "limit")
"""Filters that a source can pass."""


def rows(
    conn: Connection[TupleRow], what: What, wanted: MentionFilter, *, batch: int = BATCH
) -> Generator[Row]:
    """The rows that pass the filter, all of one snapshot, through a cursor on the server.

    Mentions are those of `findings.mentions`, in its order. Articles and stories are those with a mention that
    passes when the filter asks for what only mentions have (`OF_MENTIONS`), else all that pass. Of sources only
    `OF_SOURCES` are asked. The connection is in a transaction until the rows are exhausted or closed.
    """
    with conn.transaction(), conn.cursor(name="export", row_factory=dict_row) as cursor:
        # All rows will be asked for: the plan shall not be the one that has the first of them soonest.
        conn.execute("SET LOCAL cursor_tuple_fraction = 1")
        cursor.itersize = batch
        if what == "mentions":
            parameters = wanted.parameters()
        else:
            # The limit is one of articles, stories or sources, and not of the mentions by which they are chosen.
            parameters = {**replace(wanted, limit=None).parameters(), "rows": wanted.limit}
        yield from cursor.execute(_query(what, wanted), parameters)


def _query(what: What, wanted: MentionFilter) -> sql.SQL | sql.Composed:
    match what:
        case "mentions":
            return sql.SQL(statement("find_mentions"))
        case "articles":
            return _chosen(wanted) + sql.SQL(statement("export_articles"))
        case "stories":
            return _chosen(wanted) + sql.SQL(statement("export_stories"))
        case "sources":
            return sql.SQL(statement("export_sources"))


def _chosen(wanted: MentionFilter) -> sql.SQL | sql.Composed:
    by_mention = any(getattr(wanted, name) != getattr(MentionFilter(), name) for name in OF_MENTIONS)
    found = statement("find_mentions" if by_mention else "find_articles")
    return sql.SQL("WITH chosen AS (") + sql.SQL(found) + sql.SQL(")\n")
