"""What is new, fixed or silenced since the last look, and what is to be told of it. Pure.

An alert lives from the look that finds it to the look that does not. Looking and telling are apart: what could not
be told stays to be told, however many looks come between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desk.alerts.finding import Finding
from processing.store.alerts import Alert

REMIND_AFTER = timedelta(days=6, hours=12)
"""A week, less what keeps a daily look from being a minute too early for it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The alerts after a look, each in one of five ways."""

    new: tuple[Alert, ...] = ()
    still: tuple[Alert, ...] = ()
    fixed: tuple[Alert, ...] = ()
    silenced: tuple[Alert, ...] = ()
    """Found, but nobody wants to hear of it yet."""
    closed: tuple[Alert, ...] = ()
    """Silenced and not found any more: closed without a word."""

    def __iter__(self) -> Iterator[Alert]:
        for alerts in (self.new, self.still, self.fixed, self.silenced, self.closed):
            yield from alerts

    def counts(self) -> dict[str, int]:
        """Named whole numbers, for the row in ``press.run``; ``open`` are those that were open before."""
        return {
            "new": len(self.new),
            "fixed": len(self.fixed),
            "open": len(self.still),
            "silenced": len(self.silenced),
        }


def changes(known: Sequence[Alert], findings: Iterable[Finding], now: datetime) -> Changes:
    """Compare what was known with what a look found.

    ``known`` are the open alerts, and ended ones whose silence is in force: it holds for a subject that comes back.
    """
    open_before = {alert.subject: alert for alert in known if alert.ended_at is None}
    silences = {alert.subject: alert for alert in known if alert.silenced(now)}
    found = {finding.subject: finding for finding in findings}
    new: list[Alert] = []
    still: list[Alert] = []
    fixed: list[Alert] = []
    silenced: list[Alert] = []
    closed: list[Alert] = []
    for subject, finding in found.items():
        before = open_before.get(subject)
        alert = (
            replace(before, reason=finding.reason, page=finding.page, last_seen=now)
            if before
            else _begun(finding, silences.get(subject), now)
        )
        (silenced if alert.silenced(now) else still if before else new).append(alert)
    for subject, alert in open_before.items():
        if subject not in found:
            (closed if alert.silenced(now) else fixed).append(replace(alert, ended_at=now))
    return Changes(tuple(new), tuple(still), tuple(fixed), tuple(silenced), tuple(closed))


def _begun(finding: Finding, silence: Alert | None, now: datetime) -> Alert:
    alert = Alert(None, finding.subject, finding.reason, since=now, last_seen=now, page=finding.page)
    if silence is None:
        return alert
    return replace(
        alert,
        silenced_until=silence.silenced_until,
        silenced_because=silence.silenced_because,
        silenced_by=silence.silenced_by,
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """What a message has to say; nothing is sent when it is false."""

    new: tuple[Alert, ...] = ()
    fixed: tuple[Alert, ...] = ()
    still: tuple[Alert, ...] = ()
    """Told before, and to be told again: a week has passed, or a silence has ended."""

    def __bool__(self) -> bool:
        return bool(self.new or self.fixed or self.still)


def to_tell(known: Sequence[Alert], now: datetime) -> Telling:
    """What has not been told yet, and once a week everything that is still open.

    The end of an alert is told to those who were told of it, unless it was silenced by then.
    """
    heard = [alert for alert in known if alert.ended_at is None and not alert.silenced(now)]
    told = [alert for alert in heard if alert.told_at]
    if any(alert.told_at and now - alert.told_at >= REMIND_AFTER for alert in told):
        still = told
    else:
        still = [alert for alert in told if _silence_over(alert, now)]
    return Telling(
        new=tuple(alert for alert in heard if alert.told_at is None),
        fixed=tuple(
            alert
            for alert in known
            if alert.ended_at
            and alert.told_at
            and alert.fixed_told_at is None
            and not alert.silenced(alert.ended_at)
        ),
        still=tuple(still),
    )


def _silence_over(alert: Alert, now: datetime) -> bool:
    """Whether a silence ended since people were told of it."""
    until = alert.silenced_until
    return until is not None and alert.told_at is not None and alert.told_at < until <= now
