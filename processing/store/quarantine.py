"""The quarantine: what a stage could not digest, why, and how often it was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store.statements import statement

STAGES = ("ingest", "extract", "date")
"""``date`` holds articles that are stored, but without a date."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that could not be digested."""

    stage: str
    subject: str
    """An address, or a file."""
    reason: str
    page_id: int | None = None
    record_offset: int | None = None


def hold(conn: Connection[TupleRow], faults: Sequence[Fault], run_id: int | None) -> None:
    """Put them into the quarantine; what is there already was tried once more."""
    with conn.cursor() as cursor:
        cursor.executemany(
            statement("hold_in_quarantine"),
            [
                {
                    "stage": fault.stage,
                    "subject": fault.subject,
                    "page_id": fault.page_id,
                    "record_offset": fault.record_offset,
                    "reason": fault.reason,
                    "run_id": run_id,
                }
                for fault in faults
            ],
        )


def settle(conn: Connection[TupleRow], pages: Sequence[int], stage: str | None = None) -> None:
    """A stage (None: cleaning, before all others) has read these pages: what it held of them is settled."""
    conn.execute(
        """
        UPDATE press.quarantine SET settled_at = now()
        WHERE page_id = ANY(%(pages)s) AND (%(stage)s::text IS NULL OR stage = %(stage)s) AND settled_at IS NULL
        """,
        {"pages": list(pages), "stage": stage},
    )


def settle_file(conn: Connection[TupleRow], path: str) -> None:
    """The file was read to its end."""
    conn.execute(
        "UPDATE press.quarantine SET settled_at = now() WHERE stage = 'ingest' AND subject = %s AND settled_at IS NULL",
        (path,),
    )


def held(
    conn: Connection[TupleRow],
    *,
    ids: Sequence[int] | None = None,
    stage: str | None = None,
    every: bool = False,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Rows of ``press.quarantine`` with page and segment, newest first: those not settled yet, or ``every`` one."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            statement("find_quarantined"),
            {"ids": None if ids is None else list(ids), "stage": stage, "every": every, "limit": limit},
        ).fetchall()


def send_back(conn: Connection[TupleRow], pages: Sequence[int]) -> int:
    """Let these pages wait for extraction again; returns how many can: those whose record is in a segment we keep."""
    return conn.execute(statement("send_pages_back"), {"pages": list(pages)}).rowcount
