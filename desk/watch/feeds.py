"""A watch list as a feed: Atom (RFC 4287) and JSON Feed 1.1. Pure: rows in, bytes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree
from lxml.builder import ElementMaker

FeedFormat = Literal["atom", "json"]
FEED_FORMATS: tuple[FeedFormat, ...] = get_args(FeedFormat)
ENTRIES = 100
"""Sentences in a feed, the last stored first."""

_ATOM = "http://www.w3.org/2005/Atom"
_E = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (section 2.2) does not have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence of an article. ``id`` follows from address and sentence, so it outlives a new flagging."""

    id: str
    title: str
    sentence: str
    url: str
    source: str
    tags: tuple[str, ...]
    published: datetime | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What both forms say. ``address`` is where the feed itself is served, where that is known."""

    key: UUID
    name: str
    created_at: datetime
    entries: Sequence[Entry]
    address: str | None = None

    @property
    def id(self) -> str:
        return self.key.urn

    @property
    def title(self) -> str:
        return f"Vedette – {self.name}"

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=self.created_at)


def entries(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Entries of mentions with ``stored_at``: those of one sentence are one, with all their categories."""
    together: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        together.setdefault(uuid5(NAMESPACE_URL, f"{row['url']}#{row['sentence']}").urn, []).append(row)
    return [_entry(id, same) for id, same in together.items()]


def _entry(id: str, rows: Sequence[Mapping[str, Any]]) -> Entry:
    first = rows[0]
    tags = tuple(dict.fromkeys(tag for row in rows for tag in (row["category"], row["polarity"])))
    return Entry(
        id=id,
        title=f"{first['title'] or first['url']} [{', '.join(tags)}]",
        sentence=first["sentence"],
        url=first["url"],
        source=first["source"] or first["url"].split("/")[2],
        tags=tags,
        published=first["published_at"],
        updated=first["stored_at"],
    )


def render(feed: Feed, form: FeedFormat) -> bytes:
    """The feed in UTF-8."""
    return atom(feed) if form == "atom" else json_feed(feed)


def atom(feed: Feed) -> bytes:
    """RFC 4287: id, title and updated for the feed (4.1.1) and each entry (4.1.2), whose author is its outlet."""
    root = _E.feed(
        _E.id(feed.id),
        _E.title(_xml(feed.title)),
        _E.updated(_time(feed.updated)),
        _E.author(_E.name("Vedette")),
    )
    if feed.address:
        root.append(_E.link(rel="self", type="application/atom+xml", href=_xml(feed.address)))
    for entry in feed.entries:
        element = _E.entry(
            _E.id(entry.id),
            _E.title(_xml(entry.title)),
            _E.updated(_time(entry.updated)),
            _E.author(_E.name(_xml(entry.source))),
            _E.link(rel="alternate", href=_xml(entry.url)),
            _E.content(_xml(entry.sentence), type="text"),
        )
        if entry.published:
            element.append(_E.published(_time(entry.published)))
        for tag in entry.tags:
            element.append(_E.category(term=tag))
        root.append(element)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org): version, title, items with id and content."""
    return (
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": feed.title,
                **({"feed_url": feed.address} if feed.address else {}),
                "authors": [{"name": "Vedette"}],
                "language": "fr",
                "items": [_item(entry) for entry in feed.entries],
            },
            ensure_ascii=False,
            indent=1,
        ).encode()
        + b"\n"
    )


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.sentence,
        **({"date_published": _time(entry.published)} if entry.published else {}),
        "date_modified": _time(entry.updated),
        "authors": [{"name": entry.source}],
        "tags": list(entry.tags),
    }


def _time(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
