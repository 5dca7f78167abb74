"""What is read to find out what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.disk import room
from processing.store import findings
from processing.store.statements import statement

STEADY = 3
"""Failed looks in a row after which a feed counts as failing though others of its source answer."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source that is crawled, as ``press.v_source_health`` sees it."""

    id: str
    feeds: int
    failing_feeds: int
    steadily: bool
    """Whether one of its feeds has failed STEADY times in a row."""
    last_ok_at: datetime | None
    silent: bool
    low: bool
    remark: str


@dataclass(frozen=True, slots=True)
class FailedRun:
    """The last run of a stage that failed, with none of that stage done since."""

    stage: str
    subject: str | None
    started_at: datetime
    error: str
    origin: str | None
    """The task that ran it, as a path below the address of the Airflow UI."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has waited for a stage for more than a day."""

    stage: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What went into the quarantine in the last 24 hours, beside the days before."""

    today: int
    most: int
    usual: float
    days: int
    """How many days before were counted: 28, fewer in the first weeks."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that holds VEDETTE_HOME; bytes."""

    path: Path
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, read at one time."""

    sources: Sequence[SourceState]
    failed: Sequence[FailedRun]
    last_night: datetime | None
    """When the last night began; where there was none yet, when anything ran for the first time."""
    held: Held
    waiting: Sequence[Waiting]
    disk: Disk


def read(conn: Connection[TupleRow], home: Path) -> Facts:
    """Read the facts. Runs that died are told when they have been closed, as the start of any run does."""
    with conn.cursor(row_factory=class_row(FailedRun)) as cursor:
        failed = cursor.execute(statement("failed_stages")).fetchall()
    with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        waiting = cursor.execute(statement("waiting_stages")).fetchall()
    with conn.cursor(row_factory=class_row(Held)) as cursor:
        held = cursor.execute(statement("quarantine_volume")).fetchone()
    row = conn.execute(
        "SELECT coalesce((SELECT max(started_at) FROM press.run "
        "WHERE stage = 'night' OR (stage = 'crawl' AND subject IS NULL)), (SELECT min(started_at) FROM press.run))"
    ).fetchone()
    assert held is not None  # noqa: S101 - an aggregate gives one row
    assert row is not None  # noqa: S101 - a SELECT without FROM gives one row
    return Facts(_sources(conn), failed, row[0], held, waiting, Disk(home, *room(home)))


def _sources(conn: Connection[TupleRow]) -> list[SourceState]:
    steadily = {
        row[0]
        for row in conn.execute(
            "SELECT source_id FROM press.feed WHERE listed GROUP BY source_id HAVING max(failures) >= %s",
            (STEADY,),
        )
    }
    return [
        SourceState(
            id=row["source_id"],
            feeds=row["feeds"],
            failing_feeds=row["failing_feeds"],
            steadily=row["source_id"] in steadily,
            last_ok_at=row["last_ok_at"],
            silent=row["silent"],
            low=row["low"],
            remark=row["remark"],
        )
        for row in findings.source_health(conn)
    ]
