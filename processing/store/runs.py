"""The table ``run``: one row per run of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb


def start(
    conn: Connection[TupleRow],
    stage: str,
    subject: str | None = None,
    versions: Mapping[str, str] | None = None,
) -> int:
    """Open a run and return its id. The row is committed at once, so a killed run stays visible."""
    row = conn.execute(
        "INSERT INTO press.run (stage, subject, versions) VALUES (%s, %s, %s) RETURNING id",
        (stage, subject, Jsonb(dict(versions or {}))),
    ).fetchone()
    assert row is not None  # noqa: S101 - INSERT … RETURNING gives one row
    return int(row[0])


def finish(
    conn: Connection[TupleRow],
    run_id: int,
    outcome: str,
    counts: Mapping[str, int | float],
    error: str | None = None,
) -> None:
    """Close a run as ``done`` or ``failed`` with what it did."""
    conn.execute(
        "UPDATE press.run SET finished_at = now(), outcome = %s, counts = %s, error = %s WHERE id = %s",
        (outcome, Jsonb(dict(counts)), error, run_id),
    )
