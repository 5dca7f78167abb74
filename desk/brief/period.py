"""Which night a brief tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from processing.errors import VedetteError
from processing.zone import PARIS

TURN = time(6, 30)
"""Where one brief ends and the next begins, by the clock of Paris: after the night, before the analyst."""

FIRST = date(1970, 1, 2)
"""No press was collected before; earlier days are slips of the pen."""


@dataclass(frozen=True, slots=True)
class Period:
    """What the brief of ``day`` tells of: ``since <= collected < until``.

    From 06:30 the day before to 06:30 of the day, Europe/Paris: 24 hours, 23 or 25 when the clock is changed. Every
    moment lies in the period of exactly one day.
    """

    day: date
    since: datetime
    until: datetime


def period_of(day: date) -> Period:
    """The period of a day. Raises VedetteError for a day before 1970 or at the end of the calendar."""
    if not FIRST <= day < date.max:
        raise VedetteError(f"no brief of {day.isoformat()}: give a day since {FIRST.isoformat()}")
    return Period(day, _turn(day - timedelta(days=1)), _turn(day))


def day_of(moment: datetime) -> date:
    """The day in whose brief what is collected at this moment stands."""
    local = moment.astimezone(PARIS)
    return local.date() if local.time() < TURN else local.date() + timedelta(days=1)


def _turn(day: date) -> datetime:
    # In UTC, because Python takes the difference of two times of one zone by the clock on the wall.
    return datetime.combine(day, TURN, PARIS).astimezone(UTC)
