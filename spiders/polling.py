"""Looking at a channel: how to ask, and what the answer means. Pure but for the clock handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from processing.address import canonical
from processing.errors import PageError
from processing.store.channels import Discovered, DueFeed, Memory, Poll
from spiders.answers import is_redirect
from spiders.catalogue import Channel, Source
from spiders.challenges import challenge_of
from spiders.discovery import PARSERS, Announced, DiscoveryError, Listing, parse_section
from spiders.discovery.listing import Child, newest
from spiders.discovery.shapes import NOTHING_LEARNED, Shapes
from spiders.schedule import (
    SLEEPS_AFTER,
    WEIGHT,
    Failure,
    Wishes,
    after_failure,
    cache_wish,
    failure_of,
    interval,
    next_look,
    retry_after,
)
from spiders.validators import after_body, after_not_modified

MAX_SUB_SITEMAPS = 6
"""Sub-sitemaps read from one index in one look."""

MAX_PAGES = 2_000
"""Pages taken from one look at a channel with its sub-sitemaps: twice what a news sitemap may hold."""
LEAST_FOR_A_GAP = 3
"""A list of fewer items says nothing when none of them was known."""

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
    conditional: bool = False
    """It was asked with validators."""


class AnswerError(DiscoveryError):
    """An answer that brings no list, and how that weighs."""

    def __init__(self, reason: str, failure: Failure) -> None:
        super().__init__(reason)
        self.failure: Failure = failure


def read_answer(
    feed: DueFeed, answer: Answer, shapes: Shapes = NOTHING_LEARNED
) -> Listing | Literal["unchanged"]:
    """What a channel's answer says; ``shapes`` is what is known of the source's addresses.

    Raises DiscoveryError when it says nothing that can be used.
    """
    if answer.status == 304 and answer.conditional:
        return "unchanged"
    if (
        200 <= answer.status < 300
        and feed.body_sha256 is not None
        and digest(answer.body) == feed.body_sha256
    ):
        return "unchanged"
    return read_body(feed.kind, answer, shapes)


def read_body(kind: Channel, answer: Answer, shapes: Shapes = NOTHING_LEARNED) -> Listing:
    """What a whole answer announces. Raises DiscoveryError, and AnswerError where the answer itself is none."""
    if challenge := challenge_of(answer.status, answer.headers, answer.body):
        raise AnswerError(f"HTTP {answer.status}: {challenge}", "soft")
    if answer.status == 304:
        raise AnswerError("HTTP 304, though it was asked without conditions", "soft")
    if is_redirect(answer.status):
        where = answer.headers.get("location", "")
        raise AnswerError(f"HTTP {answer.status} to what is no web address: {where[:200]!r}", "hard")
    if not 200 <= answer.status < 300:
        raise AnswerError(f"HTTP {answer.status}", failure_of(answer.status))
    if kind == "section":
        return parse_section(answer.body, answer.url, answer.headers, shapes)
    return PARSERS[kind](answer.body, answer.url, answer.headers)


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
    memory: Memory,
    *,
    ttl: int | None = None,
    from_index: bool = False,
    expected: timedelta | None = None,
    notes: Iterable[str] = (),
) -> Poll:
    """The poll of an answer that could be used; ``items`` is None when nothing had changed.

    ``memory`` is what the channel knew of the items before; ``notes`` say what was left out. An index of sitemaps keeps
    no validators: its parts change without it.
    """
    outcome: Literal["unchanged", "items", "empty"] = (
        "unchanged" if items is None else "items" if items else "empty"
    )
    fresh = memory.fresh if items else 0
    gap = is_gap(items or (), memory)
    if answer.status == 304:
        kept = after_not_modified(feed, answer.headers)
    else:
        changed = digest(answer.body) != feed.body_sha256
        kept = after_body(feed, answer.headers, now, changed=changed, fresh=0 if memory.first_look else fresh)
    share = fresh / len(items) if items else 0.0
    every = interval(
        feed.kind,
        feed.look_every,
        () if memory.first_look else (share, *memory.shares[:3]),
        gap=gap,
        asleep=not fresh and feed.last_fresh_at is not None and now - feed.last_fresh_at > SLEEPS_AFTER,
        expected=expected,
    )
    wishes = Wishes(timedelta(seconds=ttl) if ttl else None, cache_wish(answer.headers, now))
    odd = [*notes, *([kept.note] if kept.note else ())]
    return Poll(
        feed_id=feed.id,
        outcome=outcome,
        due_at=next_look(now, every, wishes),
        status=answer.status,
        bytes=len(answer.body),
        seconds=round(answer.seconds, 3),
        note="; ".join(odd)[:500] or None,
        items=items or (),
        fresh=fresh,
        gap=gap,
        etag=None if from_index else kept.etag,
        last_modified=None if from_index else kept.last_modified,
        body_sha256=None if from_index else digest(answer.body),
        distrusted_at=kept.distrusted_at,
        look_every=every,
    )


def is_gap(items: Collection[Discovered], memory: Memory) -> bool:
    """Whether nothing in a list was known from its channel: it rolled on since the last look."""
    return not memory.first_look and memory.fresh == len(items) >= LEAST_FOR_A_GAP


def failed_poll(
    feed: DueFeed,
    reason: str,
    now: datetime,
    failure: Failure,
    *,
    answer: Answer | None = None,
    wait: timedelta | None = None,
    refused: bool = False,
) -> Poll:
    """The poll of a look that brought nothing."""
    wish = wait or (retry_after(answer.headers.get("retry-after"), now) if answer else None)
    setback = feed.setback + WEIGHT[failure]
    return Poll(
        feed_id=feed.id,
        outcome="refused" if refused else "failed",
        due_at=after_failure(now, setback, Wishes(retry=wish)),
        status=answer.status if answer else None,
        bytes=len(answer.body) if answer else 0,
        seconds=round(answer.seconds, 3) if answer else None,
        error=reason,
        setback=setback,
    )


def digest(body: bytes) -> bytes:
    """SHA-256 of a body."""
    return hashlib.sha256(body).digest()


def _newest(children: Iterable[Child]) -> list[Child]:
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(children, key=lambda child: child.modified_at or oldest, reverse=True)
