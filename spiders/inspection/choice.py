"""Which of the channels found belong into the catalogue, and which articles are tried. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Final, Literal

from processing.store.channels import Discovered
from spiders.catalogue import Channel
from spiders.discovery.sections import looks_like_article
from spiders.inspection.candidates import desk_rank, is_news_sitemap, plain
from spiders.inspection.channels import Look
from spiders.inspection.findings import Change

MAX_KEPT: Final[dict[Channel, int]] = {"feed": 4, "sitemap": 2, "section": 2}
"""Channels of one source that are proposed."""
SAME: Final = 0.9
"""A channel of which this share of items stands in one that is kept adds nothing."""
ARCHIVE: Final = timedelta(days=14)
"""A sitemap that reaches back further is an archive; it is proposed only where there is no news sitemap."""
ARTICLES: Final = 3
"""Articles that are to be extracted."""
TRIES: Final = 6
"""Pages asked for to find them."""

FIELDS: Final[dict[Channel, Literal["feeds", "sitemaps", "sections"]]] = {
    "feed": "feeds",
    "sitemap": "sitemaps",
    "section": "sections",
}


def missing(looks: Sequence[Look], kind: Channel) -> bool:
    """Whether no channel of this kind works, so that guessing is worth a few requests."""
    return not any(look.works and look.found.kind == kind for look in looks)


def kinds_that_work(looks: Sequence[Look]) -> set[Channel]:
    """The independent ways to the source's articles."""
    return {look.found.kind for look in looks if look.works}


def chosen(looks: Sequence[Look]) -> list[Look]:
    """The looks again, in order, those marked that belong into an entry; the others say why they do not.

    What the catalogue or a person named stays while it works. Of what was found, feeds and news sitemaps that work
    and are fresh are kept, those of foreign and defence desks first, but none that names only what another one names,
    and none beside a working one of its kind that the entry has already. A section page is kept where there are
    not two kinds of channel without it: completeness is measured by two that are independent. What is stale
    or an archive is kept where there is nothing better.
    """
    kept: list[Look] = []
    remarks: dict[int, str] = {}
    for fallback in (False, True):
        for place in _in_order(looks):
            look = looks[place]
            if look in kept or not look.works:
                continue
            if reason := _against(look, kept, fallback=fallback):
                remarks[place] = reason
            else:
                kept.append(look)
                remarks.pop(place, None)
        if kept:
            break
    return [
        replace(
            look,
            found=replace(look.found, kept=look in kept, remark=look.found.remark or remarks.get(place, "")),
        )
        for place, look in enumerate(looks)
    ]


def changes(looks: Sequence[Look]) -> tuple[Change, ...]:
    """What an entry of the catalogue would have to change: what gives nothing goes, what is kept and new comes.

    A channel that moved for good goes under its old address and comes under the new one.
    """
    found: list[Change] = []
    for look in looks:
        one = look.found
        field = FIELDS[one.kind]
        if one.origin != "catalogue":
            if one.kept:
                found.append(Change("add", field, one.url, _worth(look)))
        elif one.verdict == "bad" and one.lasting:
            found.append(Change("drop", field, one.asked_url, one.remark))
        elif plain(one.url) != plain(one.asked_url):
            found.append(Change("drop", field, one.asked_url, "it has moved"))
            found.append(Change("add", field, one.url, f"where {one.asked_url} leads"))
    return tuple(found)


def to_try(looks: Sequence[Look]) -> Iterator[Discovered]:
    """Articles to fetch, the newest of each channel in turn, each once; at most TRIES."""
    useful = [look for look in looks if look.found.kept] or [look for look in looks if look.works]
    once: dict[str, Discovered] = {}
    for row in zip_longest(*(_newest(look) for look in useful)):
        for item in row:
            if item is not None:
                once.setdefault(item.url, item)
    yield from list(once.values())[:TRIES]


def _in_order(looks: Sequence[Look]) -> list[int]:
    """Named ones first; then feeds, sitemaps, sections; the general feed before those of desks, these by subject."""
    first_feed = next(
        (place for place, look in enumerate(looks) if look.works and look.found.kind == "feed"), None
    )

    def key(place: int) -> tuple[bool, int, bool, bool, int, int]:
        found = looks[place].found
        return (
            found.origin not in ("catalogue", "given"),
            ("feed", "sitemap", "section").index(found.kind),
            place != first_feed,
            found.kind == "sitemap" and not is_news_sitemap(found.url),
            desk_rank(found.url),
            place,
        )

    return sorted(range(len(looks)), key=key)


def _against(look: Look, kept: Sequence[Look], *, fallback: bool) -> str | None:
    """Why a working channel is not kept beside those that are; None when it is."""
    found = look.found
    if found.origin in ("catalogue", "given"):
        return None
    alike = [other for other in kept if other.found.kind == found.kind]
    addresses = {item.url for item in look.items}
    for other in alike:
        shared = addresses & {item.url for item in other.items}
        if len(shared) >= SAME * len(addresses):
            return f"names the same articles as {other.found.url}"
    if any(other.found.origin == "catalogue" for other in alike):
        return f"not needed: a {found.kind} of the entry works"
    if len(alike) >= MAX_KEPT[found.kind]:
        return f"{MAX_KEPT[found.kind]} {FIELDS[found.kind]} are enough"
    if found.kind == "section" and len(kinds_that_work(kept) - {"section"}) >= 2:
        return "feeds and sitemaps suffice"
    if fallback:
        return None
    if found.kind == "sitemap" and _is_archive(look) and alike:
        return "an archive; there is a news sitemap"
    if found.kind == "sitemap" and found.newest is None:
        return found.remark
    return found.remark if found.remark.startswith("nothing new since") else None


def _is_archive(look: Look) -> bool:
    found = look.found
    return (
        found.newest is not None and found.oldest is not None and found.newest - found.oldest > ARCHIVE
    ) and not is_news_sitemap(found.url)


def _newest(look: Look) -> list[Discovered]:
    """The newest first; of undated ones, those that look like articles."""
    long_ago = datetime.min.replace(tzinfo=UTC)
    return sorted(
        look.items,
        key=lambda item: (item.published_at or long_ago, looks_like_article(item.url)),
        reverse=True,
    )[:TRIES]


def _worth(look: Look) -> str:
    found = look.found
    newest = f", the newest of {found.newest:%Y-%m-%d}" if found.newest else ""
    second = (
        "; a second kind of channel, by which completeness can be measured" if found.kind == "section" else ""
    )
    return f"{found.items} items{newest}{second}"
