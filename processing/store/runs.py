"""The table ``run``: one row per run of a stage.

A run that works holds an advisory lock on its row's id over its own connection, shared with its child processes.
The server lets it go when the last of them is gone, however that came, so that the next run of any stage
knows which of the rows that say « running » speak the truth, and closes the others as failed. (A night in
Airflow is many processes, one after the other: its row is closed by the next night.)
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from processing.stage import StageOutcome
from processing.store import locks

log = logging.getLogger("vedette.runs")

ORIGIN = "VEDETTE_RUN_ORIGIN"
"""Variable of the environment in which a scheduler says where a run can be looked at: a path below its own address."""

NIGHT = "night"
CUT_OFF = "ended without a word: killed, or cut off from the database"
"""``error`` of a run that was found dead."""


def start(
    conn: Connection[TupleRow],
    stage: str,
    subject: str | None = None,
    versions: Mapping[str, str] | None = None,
) -> int:
    """Open a run, held by this connection, and return its id; close the dead ones before.

    The row is committed at once, so a killed run stays visible. One connection holds one run at a time.
    """
    close_dead(conn, nights=stage == NIGHT)
    # In one transaction, so that nobody sees the row of a run that is not held yet.
    with conn.transaction():
        row = conn.execute(
            "INSERT INTO press.run (stage, subject, versions, origin) VALUES (%s, %s, %s, %s) RETURNING id",
            (stage, subject, Jsonb(dict(versions or {})), os.environ.get(ORIGIN)),
        ).fetchone()
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives one row
        run_id = int(row[0])
        hold(conn, run_id)
    return run_id


def hold(conn: Connection[TupleRow], run_id: int) -> None:
    """Say that this connection's process works for the run, until :func:`release` or the connection's end."""
    conn.execute("SELECT pg_advisory_lock_shared(%s, %s::bigint::int)", (locks.RUN, run_id))


def release(conn: Connection[TupleRow], run_id: int) -> None:
    """Take back :func:`hold`."""
    conn.execute("SELECT pg_advisory_unlock_shared(%s, %s::bigint::int)", (locks.RUN, run_id))


def close_dead(conn: Connection[TupleRow], *, nights: bool = False) -> int:
    """Close as failed every run that nobody holds (``nights``: those of nights too); returns how many."""
    return conn.execute(
        """
        WITH open AS MATERIALIZED (
            SELECT id, stage FROM press.run WHERE outcome = 'running' AND (%(nights)s OR stage <> %(night)s)),
        dead AS MATERIALIZED (
            SELECT id FROM open WHERE stage = %(night)s OR pg_try_advisory_xact_lock(%(run)s, id::int))
        UPDATE press.run SET finished_at = now(), outcome = 'failed', error = %(error)s
        FROM dead WHERE run.id = dead.id AND run.outcome = 'running'
        """,
        {"nights": nights, "night": NIGHT, "run": locks.RUN, "error": CUT_OFF},
    ).rowcount


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
        try:
            finish(conn, run.id, "failed", run.counts, error=f"{type(error).__name__}: {error}")
            release(conn, run.id)
        except psycopg.Error as problem:
            log.warning("run %d cannot be closed, the next one will: %s", run.id, problem)
        raise
    figures = {**run.counts, "seconds": round(run.outcome.seconds, 3)}
    finish(conn, run.id, "failed" if run.fault else "done", figures, error=run.fault)
    release(conn, run.id)
