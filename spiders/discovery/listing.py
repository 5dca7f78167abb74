"""What a channel says: the articles it announces, and where else to look."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from processing.errors import VedetteError

MAX_ITEMS = 5_000
"""Articles taken from one body. A news feed has tens, a news sitemap at most 1,000; more is an archive."""

MAX_CHILDREN = 500
"""Sub-sitemaps kept from one index."""

TITLE_LENGTH = 500


class DiscoveryError(VedetteError):
    """A body is not what the catalogue says it is. Raised by the parsers; becomes a failed poll."""


@dataclass(frozen=True)
class Announced:
    """An article as its channel announces it."""

    url: str
    """As printed, made absolute; not canonical."""
    title: str | None = None
    published_at: datetime | None = None
    """With zone; None when the channel gives none, or one that cannot be read."""


@dataclass(frozen=True)
class Child:
    """A sitemap named by an index."""

    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True)
class Listing:
    """What one body announces."""

    items: tuple[Announced, ...] = ()
    children: tuple[Child, ...] = ()
    """Sub-sitemaps, in the order of the index."""
    ttl: int | None = None
    """Seconds for which the feed asks not to be asked again (RSS ``ttl``, ``sy:updatePeriod``)."""
    left_out: int = 0
    """Items beyond MAX_ITEMS."""
    next_page: str | None = None
    """Where the same list goes on with older items; None when it does not say."""
    unread: str | None = None
    """What of the body was not even read, in words; None when all of it was."""


def listing_of(
    items: Iterable[Announced],
    children: Iterable[Child] = (),
    ttl: int | None = None,
    next_page: str | None = None,
    unread: str | None = None,
) -> Listing:
    """A listing with every address once (the first one stands) and no more than MAX_ITEMS, newest first kept."""
    once: dict[str, Announced] = {}
    for item in items:
        once.setdefault(item.url, item)
    kept = newest(once.values(), MAX_ITEMS)
    return Listing(kept, tuple(children)[:MAX_CHILDREN], ttl, len(once) - len(kept), next_page, unread)


def newest(items: Collection[Announced], limit: int) -> tuple[Announced, ...]:
    """The items as they stand, or, where they are more than ``limit``, the newest ones; undated ones come last."""
    if len(items) <= limit:
        return tuple(items)
    by_date = sorted(items, key=lambda i: i.published_at.timestamp() if i.published_at else 0.0, reverse=True)
    return tuple(by_date[:limit])


def clean_title(text: str | None) -> str | None:
    """A title on one line without NUL bytes, cut at TITLE_LENGTH; None when nothing is left."""
    line = " ".join((text or "").replace("\x00", " ").split())
    return line[:TITLE_LENGTH] or None
