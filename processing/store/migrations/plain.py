"""Run a plain SQL file as (a part of) a migration."""

from __future__ import annotations

from pathlib import Path

from alembic import op

SQL = Path(__file__).parent / "sql"


def run_sql(name: str) -> None:
    """Execute the file ``sql/<name>`` in the migration's own transaction.

    It goes to the driver as it stands: with no parameters psycopg sends the text as one simple query,
    so many statements, ``%`` and ``:`` need no escaping.
    """
    statements = (SQL / name).read_text(encoding="utf-8")
    driver_connection = op.get_bind().connection.driver_connection
    assert driver_connection is not None  # noqa: S101 - Alembic always binds one here
    driver_connection.execute(statements.encode(), prepare=False)
