"""Looking at a channel: how to ask, and what the answer means. Pure but for the clock handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from processing.address import canonical
from processing.errors import PageError
from processing.store.frontier import Discovered, DueFeed, Poll
from spiders.answers import is_redirect
from spiders.catalogue import Source
from spiders.challenges import challenge_of
from spiders.discovery import PARSERS, Announced, DiscoveryError, Listing
from spiders.discovery.listing import Child, newest
from spiders.schedule import next_look, retry_after

MAX_SUB_SITEMAPS = 6
"""Sub-sitemaps read from one index in one look."""

MAX_PAGES = 2_000
"""Pages taken from one look at a channel with its sub-sitemaps: twice what a news sitemap may hold."""

_RECENT = timedelta(days=3)


@dataclass(frozen=True)
class Answer:
    """What came back from a channel."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; bytes read as Latin-1, so validators go back as they came."""
    body: bytes
    url: str
    """The address that answered, after redirects."""
    seconds: float


def conditional_headers(feed: DueFeed) -> dict[str, bytes]:
    """If-None-Match and If-Modified-Since (RFC 9110 §13.1), byte for byte as the server gave them."""
    headers: dict[str, bytes] = {}
    if feed.etag:
        headers["If-None-Match"] = feed.etag.encode("latin-1")
    if feed.last_modified:
        headers["If-Modified-Since"] = feed.last_modified.encode("latin-1")
    return headers


def read_answer(feed: DueFeed, answer: Answer) -> Listing | Literal["unchanged"]:
    """What a channel's answer says. Raises DiscoveryError when it says nothing that can be used."""
    if answer.status == 304:
        return "unchanged"
    if challenge := challenge_of(answer.status, answer.headers, answer.body):
        raise DiscoveryError(f"HTTP {answer.status}: {challenge}")
    if is_redirect(answer.status):
        where = answer.headers.get("location", "")
        raise DiscoveryError(f"HTTP {answer.status} to what is no web address: {where[:200]!r}")
    if not 200 <= answer.status < 300:
        raise DiscoveryError(f"HTTP {answer.status}")
    if feed.body_sha256 is not None and digest(answer.body) == feed.body_sha256:
        return "unchanged"
    return PARSERS[feed.kind](answer.body, answer.url, answer.headers)


def children_to_read(children: Iterable[Child], now: datetime) -> list[str]:
    """Which sub-sitemaps of an index are worth a look: those for news, and those changed lately, newest first.

    An index without dates gives its last ones, where most systems put the newest.
    """
    listed = list(children)
    news = [child for child in listed if "news" in child.url.lower() or "actu" in child.url.lower()]
    recent = [child for child in listed if child.modified_at and now - child.modified_at <= _RECENT]
    if not news and not recent:
        recent = listed[-2:] if all(child.modified_at is None for child in listed) else _newest(listed)[:1]
    chosen = {child.url: child for child in [*_newest(news), *_newest(recent)]}
    return list(chosen)[:MAX_SUB_SITEMAPS]


def items_of(source: Source, announced: Iterable[Announced]) -> tuple[Discovered, ...]:
    """The pages to know: web addresses that the source wants, each once, under their canonical address.

    A channel's home page and the source's own channels are never articles. Of more than MAX_PAGES the newest.
    """
    never = {canonical(source.homepage), *(canonical(url) for _, url in source.channels)}
    items: dict[str, Discovered] = {}
    for one in newest(list(announced), MAX_PAGES):
        try:
            url = canonical(one.url)
        except PageError:
            continue
        if url in never or url in items or not source.wants(url):
            continue
        items[url] = Discovered(url, one.url.split("#", 1)[0].strip(), one.title, one.published_at)
    return tuple(items.values())


def left_out(listing: Listing) -> str | None:
    """What was not taken of one body, in words for the poll's row; None when all of it was."""
    beyond = f"{listing.left_out} items left out, the newest were taken" if listing.left_out else None
    return "; ".join(filter(None, [listing.unread, beyond])) or None


def flooded(announced: Sequence[Announced]) -> str | None:
    """The same for a look with all its bodies."""
    beyond = len(announced) - MAX_PAGES
    return f"{beyond} items beyond {MAX_PAGES} left out, the newest were taken" if beyond > 0 else None


def good_poll(
    feed: DueFeed,
    answer: Answer,
    now: datetime,
    items: tuple[Discovered, ...] | None,
    *,
    ttl: int | None = None,
    from_index: bool = False,
    note: str | None = None,
) -> Poll:
    """The poll of an answer that could be used; ``items`` is None when nothing had changed.

    An index of sitemaps keeps no validators: its parts change without it. ``note`` is what was left out.
    """
    outcome: Literal["unchanged", "items", "empty"] = (
        "unchanged" if items is None else "items" if items else "empty"
    )
    return Poll(
        feed_id=feed.id,
        outcome=outcome,
        due_at=next_look(now, 0, timedelta(seconds=ttl) if ttl else None),
        status=answer.status,
        bytes=len(answer.body),
        seconds=round(answer.seconds, 3),
        error=note,
        items=items or (),
        etag=None if from_index else _validator(answer.headers.get("etag")),
        last_modified=None if from_index else _validator(answer.headers.get("last-modified")),
        body_sha256=None if from_index else digest(answer.body),
    )


def failed_poll(
    feed: DueFeed,
    reason: str,
    now: datetime,
    *,
    answer: Answer | None = None,
    wait: timedelta | None = None,
    refused: bool = False,
) -> Poll:
    """The poll of a look that brought nothing."""
    wish = wait or (retry_after(answer.headers.get("retry-after"), now) if answer else None)
    return Poll(
        feed_id=feed.id,
        outcome="refused" if refused else "failed",
        due_at=next_look(now, feed.failures + 1, wish),
        status=answer.status if answer else None,
        bytes=len(answer.body) if answer else 0,
        seconds=round(answer.seconds, 3) if answer else None,
        error=reason,
    )


def digest(body: bytes) -> bytes:
    """SHA-256 of a body."""
    return hashlib.sha256(body).digest()


def _newest(children: Iterable[Child]) -> list[Child]:
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(children, key=lambda child: child.modified_at or oldest, reverse=True)


def _validator(value: str | None) -> str | None:
    """PostgreSQL's text takes every byte but NUL."""
    return value if value and "\x00" not in value else None
