"""Tables are cleared of dead rows; what takes most room."""

from __future__ import annotations

import time
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import TupleRow, class_row

from processing.store import runs
from processing.store.connect import connect, require_schema
from processing.store.statements import statement
from processing.upkeep.contents import SCHEMA

DEAD_AT_LEAST = 1_000
"""Rows: fewer are not worth reading a table for."""
DEAD_SHARE = 0.1
"""Of a table's rows. PostgreSQL itself waits for a fifth, which in a table of millions is long in coming."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table (with what is stored out of line, without indexes) or an index."""

    name: str
    kind: str
    """``table`` or ``index``."""
    bytes: int


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """What was done, and how large the database is then."""

    tables: tuple[str, ...]
    """Those that were vacuumed."""
    database_bytes: int
    seconds: float


def vacuum(database_url: str) -> Vacuumed:
    """``VACUUM (ANALYZE)`` of those tables that need it; nobody has to wait for it."""
    began = time.monotonic()
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "upkeep", subject="vacuum") as run:
            needy = needing_vacuum(conn)
            for table in needy:
                conn.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(SCHEMA, table)))
                run.counts["tables"] += 1
            size = database_size(conn)
            run.counts["database_bytes"] = size
    return Vacuumed(tuple(needy), size, time.monotonic() - began)


def needing_vacuum(conn: Connection[TupleRow]) -> list[str]:
    """Tables with many dead rows (DEAD_AT_LEAST, DEAD_SHARE), those with most first."""
    rows = conn.execute(statement("dead_rows"), {"least": DEAD_AT_LEAST, "share": DEAD_SHARE})
    return [row[0] for row in rows.fetchall()]


def database_size(conn: Connection[TupleRow]) -> int:
    """Bytes on the server's disk."""
    [(size,)] = conn.execute("SELECT pg_database_size(current_database())").fetchall()
    return int(size)


def largest(conn: Connection[TupleRow], limit: int = 8) -> list[Relation]:
    """The largest tables and indexes."""
    with conn.cursor(row_factory=class_row(Relation)) as cursor:
        return cursor.execute(statement("largest_relations"), {"limit": limit}).fetchall()
