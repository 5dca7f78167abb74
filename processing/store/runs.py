"""The table ``run``: one row per run of a stage."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from processing.stage import StageOutcome


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


@dataclass
class Run:
    """A stage at work. It counts up; ``fault`` says in one line why a run that reached its end still failed."""

    id: int
    counts: Counter[str]
    started: float = field(default_factory=time.monotonic)
    fault: str | None = None

    @property
    def outcome(self) -> StageOutcome:
        """What the run did so far."""
        return StageOutcome(self.id, dict(self.counts), time.monotonic() - self.started)


@contextmanager
def recorded(
    conn: Connection[TupleRow],
    stage: str,
    *,
    subject: str | None = None,
    versions: Mapping[str, str] | None = None,
) -> Iterator[Run]:
    """A run whose row says ``done`` or ``failed`` with its counts and seconds when the block ends.

    An exception (an interruption too) is noted in the row and goes on.
    """
    run = Run(start(conn, stage, subject, versions), Counter())
    try:
        yield run
    except BaseException as error:
        finish(conn, run.id, "failed", run.counts, error=f"{type(error).__name__}: {error}")
        raise
    figures = {**run.counts, "seconds": round(run.outcome.seconds, 3)}
    finish(conn, run.id, "failed" if run.fault else "done", figures, error=run.fault)
