"""What a home page says of its site: name, language, feeds, links, publishing system. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from processing.clean.decode import decode, parse
from processing.clean.facts import read_facts
from processing.clean.language import language_of
from spiders.discovery.listing import clean_title
from spiders.inspection.candidates import Candidate, Link, absolute, is_reachable_feed

_FEED_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "text/xml",
    }
)
_MARKS: Final = (
    ("WordPress", r"/wp-(?:content|includes)/|generator[^>]{1,200}?wordpress"),
    ("SPIP", r"spip\.php|generator[^>]{1,200}?spip"),
    ("Drupal", r"/sites/default/files/|generator[^>]{1,200}?drupal|drupal-settings-json"),
    ("Joomla", r"generator[^>]{1,200}?joomla"),
    ("Blogger", r"generator[^>]{1,200}?blogger"),
    ("Ghost", r"generator[^>]{1,200}?ghost"),
    ("Arc", r"/pf/resources/|fusion-app|/arc/outboundfeeds/"),
    ("WMaker", r"wmaker"),
    ("Wix", r"static\.wixstatic\.com"),
    ("Squarespace", r"static1\.squarespace\.com"),
)


@dataclass(frozen=True)
class HomePage:
    """What stands in the page."""

    url: str
    name: str | None
    """``og:site_name``, or the title as it stands."""
    is_stated: bool
    """Whether the name is ``og:site_name``."""
    language: str
    """ISO 639-1; ``und`` when it does not show."""
    region: str | None
    """Of ``<html lang="fr-CA">``: ISO 3166-1."""
    system: str | None
    feeds: tuple[Candidate, ...]
    """By ``<link rel="alternate">``, then links that look like feeds."""
    links: tuple[Link, ...]
    """Every link, absolute, in the order of the page, each address once."""


def read_home_page(body: bytes, url: str, content_type: str = "") -> HomePage:
    """Read a home page. Raises PageError when the bytes are no HTML page."""
    source = decode(body, content_type)
    tree = parse(source)
    facts = read_facts(tree, url)
    links = _links(tree, url)
    declared = facts.html_lang or facts.meta.get("og:locale") or ""
    region = re.fullmatch(r"[a-z]{2}[-_]([A-Z]{2})", declared.strip())
    text = " ".join(" ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")).split())
    stated = clean_title(facts.meta.get("og:site_name"))
    return HomePage(
        url=url,
        name=stated or clean_title(facts.html_title),
        is_stated=stated is not None,
        language=language_of(text, declared),
        region=region[1] if region else None,
        system=next((name for name, mark in _MARKS if re.search(mark, source[:400_000], re.I)), None),
        feeds=(*_alternates(tree, url), *feeds_among(links, url)),
        links=links,
    )


def feeds_among(links: tuple[Link, ...], home: str) -> tuple[Candidate, ...]:
    """The links that look like feeds of the same site."""
    return tuple(Candidate("feed", link.url, "page") for link in links if is_reachable_feed(link.url, home))


def links_of(body: bytes, url: str, content_type: str = "") -> tuple[Link, ...]:
    """The links of a page, each address once. Raises PageError when the bytes are no HTML page."""
    return _links(parse(decode(body, content_type)), url)


def _alternates(tree: HtmlElement, url: str) -> Iterator[Candidate]:
    base = _base(tree, url)
    for link in tree.iter("link"):
        if "alternate" not in (link.get("rel") or "").lower().split():
            continue
        type_ = (link.get("type") or "").split(";")[0].strip().lower()
        if type_ in _FEED_TYPES and (full := absolute(link.get("href") or "", base)):
            yield Candidate("feed", full, "autodiscovery")


def _links(tree: HtmlElement, url: str) -> tuple[Link, ...]:
    base = _base(tree, url)
    found: dict[str, Link] = {}
    for anchor in tree.iter("a"):
        if full := absolute(anchor.get("href") or "", base):
            text = " ".join(anchor.text_content().split())[:200]
            # The first one that says anything: a picture often links before the words do.
            if full not in found or not found[full].text:
                found[full] = Link(full, text)
    return tuple(found.values())


def _base(tree: HtmlElement, url: str) -> str:
    stated = tree.find(".//base[@href]")
    return (absolute(stated.get("href"), url) if stated is not None else None) or url
