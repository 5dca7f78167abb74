"""When to look again. Pure: outcomes and times in, times out.

A channel has an interval of its own. Much that is new shortens it, little lengthens it, between bounds; what the
publisher says (TTL, ``sy:updatePeriod``, ``Cache-Control``, ``Expires``, ``Retry-After``) is a lower bound. Failures
push it back further and further, by their kind. It is never given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from processing.store.channels import ChannelKind

FIRST_INTERVAL = timedelta(hours=1)
"""Between the first good look at a channel and the second."""

SHORTEST: Mapping[ChannelKind, timedelta] = {
    "feed": timedelta(minutes=15),
    "sitemap": timedelta(minutes=30),
    "section": timedelta(minutes=30),
}
EVERY_NIGHT = timedelta(hours=20)
"""The longest interval of a channel that lives: less than a day, so that it is due again at the same hour tomorrow."""
ONCE_A_WEEK = timedelta(days=6, hours=20)
"""The longest interval of a channel that sleeps or has long failed."""
SLEEPS_AFTER = timedelta(days=31)
"""A channel that announced nothing new for so long sleeps."""

MUCH_NEW = 0.5
"""Mean share of fresh items from which the interval is halved: by the next look half the list has rolled on."""
LITTLE_NEW = 0.25
"""Mean share up to which the interval grows by half."""

FIRST_BACKOFF = timedelta(hours=1)
LONG_FAILED = 8.0
"""Setback from which a channel is looked at once a week only: eight hard failures in a row, or sixteen soft ones."""

LONGEST_WISH = timedelta(days=7)
"""A publisher's explicit wish (TTL, update period, Retry-After) counts up to here."""
LONGEST_CACHE = timedelta(hours=20)
"""How far cache headers count: many servers send a year with everything."""

PAGE_ATTEMPTS = 5
"""Times a page is asked for before it is left as failed."""

PAGE_BACKOFF = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=20),
)

RELOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""Ages of our first copy at which a fresh article is looked at again: most corrections come within a day."""

Failure = Literal["hard", "soft", "passing"]
WEIGHT: Mapping[Failure, float] = {"hard": 1.0, "soft": 0.5, "passing": 0.25}
"""How much a failed look sets a channel back. Hard: it is not there or not what it should be. Soft: the server is in
trouble. Passing: it asks for patience (429, 503), or was not asked at all."""


@dataclass(frozen=True)
class Wishes:
    """For how long a publisher asks not to be asked again; None where it says nothing."""

    stated: timedelta | None = None
    """RSS ``ttl`` or ``sy:updatePeriod``."""
    cache: timedelta | None = None
    """``Cache-Control: max-age`` (less ``Age``), else ``Expires``."""
    retry: timedelta | None = None
    """``Retry-After``."""

    @property
    def least(self) -> timedelta:
        """The longest of them, each within its limit."""
        none = timedelta()
        return max(
            min(self.stated or none, LONGEST_WISH),
            min(self.cache or none, LONGEST_CACHE),
            min(self.retry or none, LONGEST_WISH),
        )


def interval(
    kind: ChannelKind,
    before: timedelta | None,
    shares: Sequence[float],
    *,
    gap: bool = False,
    asleep: bool = False,
    expected: timedelta | None = None,
) -> timedelta:
    """The channel's own interval after a good look.

    ``shares`` are the shares of fresh items at its last looks, this one first (the very first look, when all is
    fresh, does not count). Their mean halves the interval from MUCH_NEW, lengthens it by half up to LITTLE_NEW,
    and otherwise leaves it. A gap (nothing in the list was known) quarters it. The bounds are SHORTEST and
    EVERY_NIGHT, ONCE_A_WEEK for a channel that is asleep; half of what the catalogue says it is ``expected`` in is
    an upper bound too.
    """
    chosen = before or FIRST_INTERVAL
    if gap:
        chosen /= 4
    elif shares:
        mean = sum(shares) / len(shares)
        if mean >= MUCH_NEW:
            chosen /= 2
        elif mean <= LITTLE_NEW:
            chosen *= 1.5
    longest = ONCE_A_WEEK if asleep else EVERY_NIGHT
    if expected is not None:
        longest = min(longest, expected / 2)
    return max(SHORTEST[kind], min(chosen, longest))


def next_look(now: datetime, own: timedelta, wishes: Wishes = Wishes()) -> datetime:
    """When a channel that answered is due again: after its own interval, not before the publisher's wish."""
    return now + max(own, wishes.least)


def after_failure(now: datetime, setback: float, wishes: Wishes = Wishes()) -> datetime:
    """When a channel that failed is looked at again.

    ``setback`` is the weight of its failures in a row, this one with it. The wait is an hour and doubles with every
    whole weight up to EVERY_NIGHT; from LONG_FAILED it is a week. A wish (Retry-After) is a lower bound.
    """
    doubled = min(FIRST_BACKOFF * 2 ** max(min(setback, LONG_FAILED) - 1.0, -1.0), EVERY_NIGHT)
    return now + max(ONCE_A_WEEK if setback >= LONG_FAILED else doubled, wishes.least)


def failure_of(status: int) -> Failure:
    """How an HTTP status that is neither success nor 304 weighs."""
    if status in (408, 425, 429, 503):
        return "passing"
    return "soft" if status >= 500 else "hard"


def next_attempt(now: datetime, attempts: int, wish: timedelta | None = None) -> datetime | None:
    """When a page that failed is tried again; None when ``attempts`` (with this one) were enough."""
    if attempts >= PAGE_ATTEMPTS:
        return None
    own = PAGE_BACKOFF[min(attempts, len(PAGE_BACKOFF)) - 1]
    return now + max(own, min(wish or timedelta(), LONGEST_WISH))


def next_relook(first_fetched: datetime, now: datetime) -> datetime | None:
    """When an article is looked at again; None once it is older than the last of RELOOKS."""
    return next((first_fetched + age for age in RELOOKS if first_fetched + age > now), None)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header (RFC 9110 §10.2.3): seconds or an HTTP date. None when absent or unreadable."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**7))
    moment = http_date(text)
    return None if moment is None else max(timedelta(), moment - now)


def cache_wish(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long an answer is fresh (RFC 9111 §4.2.1), seen from ``now``; names of ``headers`` in lower case.

    ``no-store``, ``no-cache``, an unreadable value and an ``Expires`` in the past say nothing. ``s-maxage`` is for
    shared caches and does not count.
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return None
    if (age := directives.get("max-age", "")).isascii() and age.isdigit():
        spent = headers.get("age", "").strip()
        seconds = min(int(age[:9]), 10**8) - (int(spent[:9]) if spent.isascii() and spent.isdigit() else 0)
        return timedelta(seconds=seconds) if seconds > 0 else None
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    # The server's own clock counts: Expires is meant against its Date.
    begun = http_date(headers.get("date", "")) or now
    return expires - begun if expires > begun else None


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110 §5.6.7), UTC where it names no zone. None when it is none."""
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _directives(text: str) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in text.lower().split(","))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs if name.strip()}
