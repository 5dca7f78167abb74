"""A look at what is wrong, and a message about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts import facts
from desk.alerts.changes import Changes, Telling, changes, to_tell
from desk.alerts.finding import findings
from desk.alerts.message import Message, compose
from desk.alerts.sending import send
from processing.store import alerts, runs

STAGE = "watch"


def look(conn: Connection[TupleRow], home: Path, now: datetime) -> Changes:
    """Look, write what was found into ``press.alert``, and the look itself into ``press.run``."""
    with runs.recorded(conn, STAGE) as run:
        found = examine(conn, home, now)
        run.counts.update(found.counts())
    return found


def examine(conn: Connection[TupleRow], home: Path, now: datetime) -> Changes:
    """The same without a run of its own, all of it or nothing."""
    with conn.transaction():
        alerts.hold(conn)
        found = changes(alerts.known(conn, now), findings(facts.read(conn, home), now), now)
        alerts.save(conn, found)
    return found


def tell(conn: Connection[TupleRow], addresses: Sequence[str], ui: str | None, now: datetime) -> Telling:
    """Send one message about everything that is to be told; nothing is sent when there is nothing.

    Only once every address has taken it is it noted as told, so a message that could not be sent is sent again
    the next time, to all of them. Raises AlertError and SettingsError as :func:`send`.
    """
    with conn.transaction():
        alerts.hold(conn)
        if telling := to_tell(alerts.known(conn, now), now):
            send(compose(telling, ui), addresses)
            alerts.told(conn, [*telling.new, *telling.still], telling.fixed, now)
    return telling


def rehearse(conn: Connection[TupleRow], home: Path, ui: str | None, now: datetime) -> Message | None:
    """The message that :func:`look` and :func:`tell` would send now; nothing is written or sent."""
    with conn.transaction(force_rollback=True):
        # A real look is a run, whose start does this.
        runs.close_dead(conn)
        examine(conn, home, now)
        telling = to_tell(alerts.known(conn, now), now)
    return compose(telling, ui) if telling else None
