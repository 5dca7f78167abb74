"""What one channel is worth: its items, dates, language, and whether they are the source's own. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from processing.clean.language import language_of
from processing.store.channels import Discovered
from spiders.catalogue import Source
from spiders.discovery import Announced
from spiders.discovery.listing import clean_title
from spiders.inspection.candidates import Candidate, on_site
from spiders.inspection.findings import ChannelFound, Conditional, Verdict
from spiders.polling import items_of

STALE: Final = timedelta(days=30)
"""A channel whose newest item is older is no longer kept up, or belongs to a desk that hardly writes."""
OWN_SHARE: Final = 0.5
"""A channel of which fewer items lie on the source's own site is somebody else's."""
_LASTING: Final = frozenset({400, 404, 406, 410, 414, 451})
"""Statuses that mean: there is nothing here. Logins, blocks and a server's own troubles may pass."""
_TITLES: Final = 40
_WORDS: Final = 30
"""Titles read to tell the language, and words that they must have together: names mislead in few."""


@dataclass(frozen=True)
class Look:
    """A channel and the articles it names."""

    found: ChannelFound
    items: tuple[Discovered, ...] = ()
    """Those that the entry wants, under their canonical address."""

    @property
    def works(self) -> bool:
        return self.found.verdict != "bad" and self.found.items > 0


def failed(candidate: Candidate, reason: str, url: str | None = None, *, lasting: bool = True) -> Look:
    """A channel that gave nothing."""
    asked = candidate.url
    return Look(
        ChannelFound(candidate.kind, url or asked, candidate.origin, asked, "bad", reason, lasting=lasting)
    )


def failed_with(candidate: Candidate, status: int, problem: str, url: str) -> Look:
    """A channel that answered with a refusal. Only some statuses say that it will be so tomorrow."""
    return failed(candidate, problem, url, lasting=status in _LASTING)


def measured(
    candidate: Candidate,
    url: str,
    announced: Sequence[Announced],
    source: Source,
    now: datetime,
    title: str | None = None,
) -> Look:
    """A channel that could be read, measured. ``url`` answered; ``source`` says what is its own and wanted."""
    items = items_of(source, announced)
    dates = sorted(item.published_at for item in announced if item.published_at)
    own = sum(on_site(item.url, source.homepage) for item in announced)
    titles = ". ".join(item.title for item in announced[:_TITLES] if item.title)
    found = ChannelFound(
        kind=candidate.kind,
        url=url,
        origin=candidate.origin,
        asked_url=candidate.url,
        verdict="good",
        remark="",
        items=len(announced),
        wanted=len(items),
        dated=len(dates),
        newest=dates[-1] if dates else None,
        oldest=dates[0] if dates else None,
        own_share=own / len(announced) if announced else 0.0,
        language=language_of(titles, None) if len(titles.split()) >= _WORDS else None,
        title=title,
    )
    verdict, remark = _judged(found, source, now)
    return Look(replace(found, verdict=verdict, remark=remark), items)


def with_conditional(look: Look, conditional: Conditional | None) -> Look:
    """The look with what came of asking again. A server that sends everything again costs both sides, no more."""
    found = replace(look.found, conditional=conditional)
    if conditional == "ignored" and not found.remark:
        found = replace(found, remark="it answers conditional requests with the whole body")
    return replace(look, found=found)


def _judged(found: ChannelFound, source: Source, now: datetime) -> tuple[Verdict, str]:
    if not found.items and found.kind == "sitemap":
        return "doubtful", "no items in it: a news sitemap is empty when two days brought nothing"
    if not found.items:
        return "bad", "no items in it"
    if not found.wanted:
        return "bad", "include and exclude let none of its items through"
    if found.own_share < OWN_SHARE:
        return "bad", f"only {found.own_share:.0%} of its links lead to the source's own site"
    if found.language not in (None, source.language):
        return "bad", f"its titles are in « {found.language} »"
    if found.newest and now - found.newest > STALE:
        return "doubtful", f"nothing new since {found.newest:%Y-%m-%d}"
    if found.kind != "section" and not found.dated:
        return "doubtful", "no item is dated"
    if found.newest and found.newest - now > timedelta(days=1):
        return "doubtful", f"an item is dated {found.newest:%Y-%m-%d}, which is to come"
    return "good", ""


def feed_title(body: bytes) -> str | None:
    """What a feed calls itself: its first ``title`` (RSS, Atom), or JSON Feed's."""
    head = body[:65_536].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        try:
            title = json.loads(body).get("title")
        except (ValueError, RecursionError):
            return None
        return clean_title(title) if isinstance(title, str) else None
    # Bounded repetitions: a body made to be slow shall not be.
    element = r"<title[^>]{0,200}>(?:\s{0,20}<!\[CDATA\[)?(.{0,500}?)(?:\]\]>\s{0,20})?</title>"
    found = re.search(element, head, re.S | re.I)
    return clean_title(html.unescape(found[1])) if found else None
