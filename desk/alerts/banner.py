"""The banner of Airflow's home page: what is wrong, and what the last night brought.

Airflow reads ``DASHBOARD_UIALERTS`` from its ``airflow_local_settings.py`` at each load of the page::

    from desk.alerts.banner import DASHBOARD_UIALERTS

Every process of Airflow imports that file, the tasks as well, so nothing heavy is imported here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from desk.night.figures import many
from processing.zone import PARIS

if TYPE_CHECKING:
    from airflow.api_fastapi.common.types import UIAlert

    from processing.store.alerts import Glance

ASK_EVERY = 60.0
"""Seconds between two questions to the database."""
CONNECT_WITHIN = 3
"""Seconds."""
ANSWER_WITHIN = "3s"
NAMED_AT_MOST = 8

LOOKS_WITHIN = timedelta(hours=30)
"""The watch looks every 24 hours; six more for a late one."""

Line = tuple[Literal["info", "warning", "error"], str]


def lines(glance: Glance, now: datetime) -> list[Line]:
    """The banner as category and Markdown: a warning when something is wrong, then the last night. Pure."""
    told: list[Line] = []
    wrong = []
    if glance.sources:
        wrong.append(f"**Sources failing, silent or low**: {_named(glance.sources)}.")
    if glance.others:
        wrong.append(f"**Alerts**: {_named([subject.replace(':', ' ') for subject in glance.others])}.")
    if glance.looked_at and now - glance.looked_at > LOOKS_WITHIN:
        wrong.append(f"**The watch has not looked** since {_when(glance.looked_at)}.")
    if wrong:
        told.append(("warning", " ".join([*wrong, "[More](dags/source_health)"])))
    if glance.night_at:
        told.append(_night(glance, now))
    return told


class Asked:
    """The lines as of the last question to the database, which is asked once a minute at most."""

    def __init__(self, ask: Callable[[], list[Line]]) -> None:
        self._ask = ask
        self._asked: float | None = None
        self._asking = threading.Lock()
        self._told: list[Line] = []

    def lines(self) -> list[Line]:
        due = self._asked is None or time.monotonic() - self._asked >= ASK_EVERY
        # Whoever comes while another asks sees what was told before.
        if due and self._asking.acquire(blocking=False):
            try:
                self._told = self._ask()
                self._asked = time.monotonic()
            finally:
                self._asking.release()
        return self._told


class Banner(list["UIAlert"]):
    """A list that says how Vedette is at the moment it is read."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = Asked(lambda: ask(_database_url))

    def __iter__(self) -> Iterator[UIAlert]:
        from airflow.api_fastapi.common.types import UIAlert

        return iter([UIAlert(text=text, category=category) for category, text in self._asked.lines()])


def ask(database_url: Callable[[], str]) -> list[Line]:
    """The lines from the database; one that says why there are none, whatever goes wrong."""
    try:
        # Imported late, as every process of Airflow reads this module; and in here, so that no failure escapes.
        from processing.store import alerts
        from processing.store.connect import connect, require_schema

        with connect(database_url(), timeout=CONNECT_WITHIN) as conn:
            conn.execute("SELECT set_config('statement_timeout', %s, false)", (ANSWER_WITHIN,))
            require_schema(conn)
            return lines(alerts.glance(conn), datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - a banner that fails would take the whole page with it
        return [("error", f"**Vedette cannot say how it is**: {_cause(error)}")]


def _database_url() -> str:
    from desk.night.connection import address

    return address()


def _cause(error: Exception) -> str:
    """One line without a secret: our own errors are such, and of others what the server said first."""
    from processing.errors import VedetteError

    if isinstance(error, VedetteError):
        return str(error)
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return f"{type(error).__name__}{f': {primary}' if primary else ''}"


def _night(glance: Glance, now: datetime) -> Line:
    assert glance.night_at is not None  # noqa: S101 - told only when there was one
    recent = now - glance.night_at < timedelta(hours=24)
    which = "Last night" if recent else f"The last night ({_when(glance.night_at)})"
    if glance.night_outcome == "running":
        return "info", f"A night is running since {_when(glance.night_at)}."
    of = f"{glance.answered:,} of " if glance.answered != glance.asked else ""
    came = (
        f"{of}{many(glance.asked, 'source')}, {many(glance.articles, 'new article')}, "
        f"{many(glance.mentions, 'mention')}{'' if glance.flagged else ' so far'}."
    )
    if glance.night_outcome == "failed":
        return "warning", f"**{which} failed**: {came} [overnight_crawl](dags/overnight_crawl) tells why."
    return "info", f"{which}: {came}"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(_plain(name) for name in names[:NAMED_AT_MOST])
    return f"{shown} and {more} more" if (more := len(names) - NAMED_AT_MOST) > 0 else shown


def _plain(name: str) -> str:
    """The name without what Markdown would take for its own."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>" else char for char in name)


def _when(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%-d %B, %H:%M")


DASHBOARD_UIALERTS = Banner()
