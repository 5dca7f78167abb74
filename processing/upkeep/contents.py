"""What the database holds, table by table, and how two such lists differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from processing.store.connect import schema_version

SCHEMA = "press"
VERSIONS = "schema_version"
"""The table of the schema version, which is there before anything is stored."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Of schema ``press``: its version, and how many rows each table has."""

    schema_version: str | None
    rows: Mapping[str, int]

    @property
    def stored(self) -> int:
        """Rows of all tables but the schema's own."""
        return sum(count for table, count in self.rows.items() if table != VERSIONS)

    def difference(self, other: Contents) -> str | None:
        """What ``other`` has else than this one, naming the tables; None when nothing."""
        told = []
        if self.schema_version != other.schema_version:
            told.append(f"schema version {other.schema_version} instead of {self.schema_version}")
        for table in sorted({*self.rows, *other.rows}):
            want, has = self.rows.get(table), other.rows.get(table)
            if has is None:
                told.append(f"{SCHEMA}.{table} is missing")
            elif want is None:
                told.append(f"{SCHEMA}.{table} is too many")
            elif want != has:
                told.append(f"{SCHEMA}.{table} has {has:,} rows instead of {want:,}")
        more = f"; and {len(told) - 3} more" if len(told) > 3 else ""
        return "; ".join(told[:3]) + more if told else None


def contents(conn: Connection[TupleRow]) -> Contents:
    """Count the rows of every table of schema ``press``; no tables at all where there is no schema."""
    tables = conn.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", (SCHEMA,)
    ).fetchall()
    rows = {}
    for (table,) in tables:
        counted = conn.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(SCHEMA, table))
        ).fetchone()
        rows[table] = int(counted[0]) if counted else 0
    return Contents(schema_version(conn) if VERSIONS in rows else None, rows)
