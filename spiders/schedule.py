"""When to look again. Pure: outcomes and times in, times out.

A crawl is a night's work, so delays are counted in nights' fractions: what failed is tried again soon, and
then less and less often, but a channel is never given up.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

INTERVAL = timedelta(minutes=30)
"""Between two good looks at a channel."""

FIRST_BACKOFF = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(hours=24)
LONGEST_WISH = timedelta(hours=24)
"""A server's wish (TTL, Retry-After) counts up to here."""

PAGE_ATTEMPTS = 5
"""Times a page is asked for before it is left as failed."""

PAGE_BACKOFF = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=20),
)


def next_look(now: datetime, failures: int, wish: timedelta | None = None) -> datetime:
    """When a channel is due again.

    ``failures`` counts failed looks in a row with this one; 0 is a good look, due after INTERVAL. Failures
    wait 1, 2, 4 … up to 24 hours. ``wish`` is what the server asked for (TTL, Retry-After): a lower bound.
    """
    own = INTERVAL if failures == 0 else min(FIRST_BACKOFF * 2 ** min(failures - 1, 10), LONGEST_BACKOFF)
    return now + max(own, min(wish or timedelta(), LONGEST_WISH))


def next_attempt(now: datetime, attempts: int, wish: timedelta | None = None) -> datetime | None:
    """When a page that failed is tried again; None when ``attempts`` (with this one) were enough."""
    if attempts >= PAGE_ATTEMPTS:
        return None
    return now + max(
        PAGE_BACKOFF[min(attempts, len(PAGE_BACKOFF)) - 1], min(wish or timedelta(), LONGEST_WISH)
    )


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header (RFC 9110 §10.2.3): seconds or an HTTP date. None when absent or unreadable."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), 10**7))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(timedelta(), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now)
