"""How alerts are told: a message, and the note of a run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from desk.alerts.changes import Changes, Telling
from processing.store.alerts import Alert
from processing.zone import PARIS

LINES_AT_MOST = 20
"""Alerts named in each part of a message."""

NOTE_AT_MOST = 1000
"""Characters that Airflow has room for in the note of a run."""


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text, as it goes to every kind of service; or HTML, of which services that know only text make text."""

    title: str
    body: str
    kind: Literal["info", "success", "warning", "failure"] = "info"
    html: bool = False


def compose(telling: Telling, ui: str | None) -> Message:
    """One message for everything that is to be told; ``ui`` is the address of the Airflow UI, for links."""
    parts = [
        _part("New:", telling.new, _line),
        _part("Fixed:", telling.fixed, _fixed_line),
        _part("Still open:", telling.still, _still_line),
    ]
    if ui and (pages := _pages([*telling.new, *telling.still])):
        parts.append("\n".join(["Look at:", *(f"{ui.rstrip('/')}{page}" for page in pages)]))
    if telling.new or telling.still:
        parts.append(
            "To hear no more of one for a while: vedette alerts silence SUBJECT --until DAY --because WHY"
        )
    figures = ((telling.new, "new"), (telling.fixed, "fixed"), (telling.still, "still open"))
    return Message(
        title="Vedette: " + ", ".join(f"{len(alerts)} {word}" for alerts, word in figures if alerts),
        body="\n\n".join(part for part in parts if part),
        kind="warning" if telling.new or telling.still else "success",
    )


def note(found: Changes) -> str:
    """The note of a run, in Markdown, 1,000 characters at most: the figures, then the alerts.

    The UI shows the first paragraph, the rest when asked.
    """
    n = found.counts()
    first = f"**{n['new']} new**, {n['fixed']} fixed, {n['open']} open, {n['silenced']} silenced."
    told = [f"**new** {_line(alert)}" for alert in found.new]
    told += [f"**fixed** {_fixed_line(alert)}" for alert in found.fixed]
    told += [f"**open** {_still_line(alert)}" for alert in found.still]
    told += [f"**silenced** {alert.subject} {silence(alert)}" for alert in found.silenced]
    for shown in range(len(told), -1, -1):
        more = len(told) - shown
        lines = [first, *told[:shown], *([f"… and {more} more: `vedette alerts`"] if more else [])]
        if len(text := "\n\n".join(lines)) <= NOTE_AT_MOST:
            return text
    return first


def silence(alert: Alert) -> str:
    """« until 2026-12-24: moved to a new site (anne) »."""
    assert alert.silenced_until is not None  # noqa: S101 - only silenced alerts are told this way
    return f"until {_minute(alert.silenced_until)}: {alert.silenced_because} ({alert.silenced_by})"


def _part(heading: str, alerts: Sequence[Alert], line: Callable[[Alert], str]) -> str:
    if not alerts:
        return ""
    told = [f"- {line(alert)}" for alert in alerts[:LINES_AT_MOST]]
    if (more := len(alerts) - LINES_AT_MOST) > 0:
        told.append(f"- … and {more} more: vedette alerts")
    return "\n".join([heading, *told])


def _line(alert: Alert) -> str:
    return f"{alert.subject} – {alert.reason}"


def _still_line(alert: Alert) -> str:
    return f"{alert.subject} (since {_day(alert.since)}) – {alert.reason}"


def _fixed_line(alert: Alert) -> str:
    return f"{alert.subject} (since {_day(alert.since)})"


def _pages(alerts: Sequence[Alert]) -> list[str]:
    """The pages at which to look, each once, in the order of the alerts."""
    return list(dict.fromkeys(alert.page for alert in alerts[:LINES_AT_MOST] if alert.page))


def _day(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d")


def _minute(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
