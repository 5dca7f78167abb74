"""The table ``alert``: what is wrong, since when, whether people were told, and what is silenced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from processing.store import locks
from processing.store.statements import statement


@dataclass(frozen=True, slots=True)
class Alert:
    """A row of ``press.alert``; ``id`` is None until it is stored."""

    id: int | None
    subject: str
    reason: str
    since: datetime
    last_seen: datetime
    told_at: datetime | None = None
    ended_at: datetime | None = None
    fixed_told_at: datetime | None = None
    silenced_until: datetime | None = None
    silenced_because: str | None = None
    silenced_by: str | None = None
    page: str | None = None
    """Where to look in the Airflow UI: a path below its address."""

    def silenced(self, at: datetime) -> bool:
        """Whether no message speaks of it at that time. A silence ends by itself."""
        return self.silenced_until is not None and at < self.silenced_until


@dataclass(frozen=True, slots=True)
class Glance:
    """What an operator sees first: the open alerts that are not silenced, and the last night."""

    sources: list[str]
    """Names of the sources that have an alert."""
    others: list[str]
    """Subjects of the other alerts."""
    looked_at: datetime | None
    """When the watch looked last."""
    night_at: datetime | None
    night_outcome: str | None
    """running, done or failed."""
    asked: int
    """Sources that were due that night."""
    answered: int
    """Those that gave a result."""
    articles: int
    mentions: int
    flagged: bool
    """Whether the flagger has read what the night brought."""


def glance(conn: Connection[TupleRow]) -> Glance:
    """Alerts and last night, in one statement."""
    with conn.cursor(row_factory=class_row(Glance)) as cursor:
        row = cursor.execute(statement("at_a_glance")).fetchone()
    assert row is not None  # noqa: S101 - it is a SELECT of one row
    return row


def hold(conn: Connection[TupleRow]) -> None:
    """Let nobody else look or tell until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (locks.ALERTS,))


def known(conn: Connection[TupleRow], now: datetime) -> list[Alert]:
    """The alerts that are open, and those that ended but whose silence is in force or whose end was not told."""
    with conn.cursor(row_factory=class_row(Alert)) as cursor:
        return cursor.execute(statement("known_alerts"), {"now": now}).fetchall()


def save(conn: Connection[TupleRow], alerts: Iterable[Alert]) -> None:
    """Store what a look found: opens a row, or brings reason, last look and end of the open row up to date."""
    with conn.cursor() as cursor:
        cursor.executemany(statement("save_alert"), [asdict(alert) for alert in alerts])


def told(conn: Connection[TupleRow], alerts: Sequence[Alert], fixed: Sequence[Alert], now: datetime) -> None:
    """Note that a message spoke of these: ``alerts`` as open, ``fixed`` as fixed."""
    conn.execute(
        "UPDATE press.alert SET told_at = %s WHERE id = ANY(%s)", (now, [alert.id for alert in alerts])
    )
    conn.execute(
        "UPDATE press.alert SET fixed_told_at = %s WHERE id = ANY(%s)", (now, [alert.id for alert in fixed])
    )


def silence(conn: Connection[TupleRow], subject: str, *, until: datetime, because: str, by: str) -> bool:
    """Silence the open alert of the subject; False when there is none.

    The silence outlives the alert: until its end it holds for the same subject again.
    """
    return bool(
        conn.execute(
            "UPDATE press.alert SET silenced_until = %s, silenced_because = %s, silenced_by = %s "
            "WHERE subject = %s AND ended_at IS NULL",
            (until, because, by, subject),
        ).rowcount
    )


def unsilence(conn: Connection[TupleRow], subject: str, now: datetime) -> bool:
    """End the silence of a subject, of its open alert and of those before; False when none is in force.

    It is kept as one that ended now: what was closed without a word while it was in force stays so.
    """
    return bool(
        conn.execute(
            "UPDATE press.alert SET silenced_until = %(now)s WHERE subject = %(subject)s AND silenced_until > %(now)s",
            {"subject": subject, "now": now},
        ).rowcount
    )
