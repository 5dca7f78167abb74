"""One look at a channel: its own body, the parts of a sitemap index, and older pages of a list that rolled on.

Decides with :mod:`spiders.polling`; asks through the function that the spider hands in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from processing.store.channels import ChannelKind, Discovered, DueFeed, Memory, Poll
from spiders.catalogue import Source
from spiders.discovery import Announced, DiscoveryError, Listing
from spiders.discovery.shapes import NOTHING_LEARNED, Shapes
from spiders.polling import (
    Answer,
    children_to_read,
    flooded,
    good_poll,
    is_gap,
    items_of,
    left_out,
    read_answer,
    read_body,
)

MAX_OLDER_PAGES = 3
"""Older pages read of one list in one look. They are read only while nothing in the list is known yet."""

Ask = Callable[[str], Awaitable[Answer]]
"""Asks for an address without conditions. Raises NotAnswered."""
Remember = Callable[[Sequence[str]], Memory]
"""What the channel knows of these canonical addresses."""


class NotAnswered(Exception):  # noqa: N818 - a thing that happens, not an error of ours
    """No answer came; the message says why."""


async def look(
    feed: DueFeed,
    source: Source,
    answer: Answer,
    now: datetime,
    ask: Ask,
    remember: Remember,
    shapes: Shapes = NOTHING_LEARNED,
) -> Poll:
    """What a look brought. Raises DiscoveryError when the channel's own answer brings no list.

    A part or an older page that fails does not fail the look; it stands in the poll's note.
    """
    listing = read_answer(feed, answer, shapes)
    expected = source.expects_every
    if listing == "unchanged":
        return good_poll(feed, answer, now, None, remember(()), expected=expected)
    notes = [left] if (left := left_out(listing)) else []
    announced = list(listing.items)
    announced += await parts_of(children_to_read(listing.children, now), ask, notes)
    if flood := flooded(announced):
        notes.append(flood)
    items = items_of(source, announced)
    memory = remember([item.url for item in items])
    items, memory = await _older(feed, source, listing, items, memory, ask, remember, shapes, notes)
    return good_poll(
        feed, answer, now, items, memory,
        ttl=listing.ttl, from_index=bool(listing.children), expected=expected, notes=notes,
    )  # fmt: skip


async def parts_of(urls: Iterable[str], ask: Ask, notes: list[str]) -> list[Announced]:
    """What parts of an index of sitemaps announce. One that fails does not fail the others; ``notes`` says why."""
    return [item for url in urls for item in (await _listing(url, "sitemap", ask, notes)).items]


async def _older(
    feed: DueFeed,
    source: Source,
    listing: Listing,
    items: tuple[Discovered, ...],
    memory: Memory,
    ask: Ask,
    remember: Remember,
    shapes: Shapes,
    notes: list[str],
) -> tuple[tuple[Discovered, ...], Memory]:
    """Read on in a list that rolled on since the last look, until something known turns up."""
    pages = 0
    following = listing.next_page
    while following and pages < MAX_OLDER_PAGES and is_gap(items, memory):
        pages += 1
        older = await _listing(following, feed.kind, ask, notes, shapes)
        more = items_of(source, older.items)
        known = {item.url for item in items}
        if all(item.url in known for item in more):
            break
        items = (*items, *(item for item in more if item.url not in known))
        memory = remember([item.url for item in items])
        following = older.next_page
    if pages:
        notes.append(f"it had rolled on: {pages} older {'page' if pages == 1 else 'pages'} read")
    return items, memory


async def _listing(
    url: str, kind: ChannelKind, ask: Ask, notes: list[str], shapes: Shapes = NOTHING_LEARNED
) -> Listing:
    try:
        listing = read_body(kind, await ask(url), shapes)
    except (DiscoveryError, NotAnswered) as error:
        notes.append(f"{url}: {error}")
        return Listing()
    if left := left_out(listing):
        notes.append(f"{url}: {left}")
    return listing
