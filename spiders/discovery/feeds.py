"""RSS, Atom and JSON Feed.

RSS and Atom go through feedparser, which reads malformed ones as well; a feed is refused only when nothing
can be read from it at all. https://www.jsonfeed.org/version/1.1/ is read here.
"""

from __future__ import annotations

import calendar
import html
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser
from lxml import etree

from processing.clean.decode import as_utf8
from spiders.discovery.feed_bounds import bounded, items_in, without_doctype
from spiders.discovery.listing import Announced, DiscoveryError, Listing, clean_title, listing_of

_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)

_LONGEST_JSON = 4 * 1024 * 1024
"""Bytes; as Python's objects they are thirty times that."""


def parse_feed(body: bytes, base_url: str, headers: Mapping[str, str]) -> Listing:
    """The entries of a feed, in its order. Entries without a usable link are left out.

    ``headers`` (names in lower case) give the charset. A malformed feed that still has entries is taken.
    Raises DiscoveryError when the body is no feed (HTML, empty, unreadable), or too large to be one.
    """
    stripped = as_utf8(body, headers.get("content-type", "")).lstrip()
    if not stripped:
        raise DiscoveryError("the feed is empty (no bytes)")
    if stripped[:1] == b"{":
        return _json_feed(stripped, base_url)
    part = bounded(without_doctype(stripped))
    with warnings.catch_warnings():
        # feedparser announces changes of its own mapping to every caller.
        warnings.simplefilter("ignore", DeprecationWarning)
        parsed = _parsed(part.body, base_url, headers)
        items = tuple(_entries(parsed, base_url))
        # What feedparser loses of a broken feed libxml2 often mends: a title that is never closed, say.
        if parsed.bozo and len(items) < items_in(part.body) and (mended := _mended(part.body)):
            again = _parsed(mended, base_url, headers)
            parsed, items = max(
                (parsed, items), (again, tuple(_entries(again, base_url))), key=lambda p: len(p[1])
            )
        if not items and not parsed.get("version"):
            raise DiscoveryError(_why(stripped, parsed))
        return listing_of(
            items, ttl=_ttl(parsed.feed), next_page=_next_page(parsed.feed, base_url), unread=part.unread
        )


def _parsed(body: bytes, base_url: str, headers: Mapping[str, str]) -> Any:
    # Neither markup cleaning nor relative links inside texts are needed: only links, titles and dates are.
    return feedparser.parse(
        body,
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": base_url,
            "content-language": headers.get("content-language", ""),
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _mended(body: bytes) -> bytes | None:
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    return None if root is None else etree.tostring(root, encoding="utf-8")


def _entries(parsed: Any, base_url: str) -> Iterator[Announced]:
    for entry in parsed.entries:
        link = entry.get("link")
        # An empty link has become the address it is relative to: the feed's own, or its xml:base.
        if not link or link in (base_url, entry.get("title_detail", {}).get("base")):
            link = _permalink(entry)
        if not link:
            continue
        try:
            url = urljoin(base_url, link.strip())
        except ValueError:
            continue
        when = entry.get("published_parsed") or entry.get("updated_parsed")
        yield Announced(url, clean_title(_plain(entry.get("title"))), _moment(when))


def _next_page(feed: Any, base_url: str) -> str | None:
    """Where older entries are: ``rel="next"`` (RFC 5005 §3), or WordPress's ``?paged=``."""
    for link in feed.get("links", ()):
        if link.get("rel") == "next" and link.get("href"):
            return _joined(base_url, link["href"])
    if "wordpress" not in str(feed.get("generator", "")).lower():
        return None
    parts = urlsplit(base_url)
    query = dict(parse_qsl(parts.query))
    page = query.get("paged", "1")
    query["paged"] = str(int(page) + 1 if page.isascii() and page.isdigit() else 2)
    return urlunsplit(parts._replace(query=urlencode(query)))


def _joined(base_url: str, link: str) -> str | None:
    try:
        return urljoin(base_url, link)
    except ValueError:
        return None


def _permalink(entry: Any) -> str | None:
    """RSS lets ``guid`` stand for the link (isPermaLink is true by default)."""
    identity = entry.get("id") or ""
    return identity if identity.startswith(("http://", "https://")) else None


def _plain(title: str | None) -> str | None:
    """Without markup and entities: many feeds escape twice."""
    return html.unescape(re.sub(r"<[^<>]+>", " ", title)) if title else None


def _moment(parsed: struct_time | None) -> datetime | None:
    """feedparser gives UTC fields; years outside 1990–2100 are typing errors."""
    if parsed is None or not 1990 <= parsed[0] <= 2100:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _ttl(feed: Any) -> int | None:
    """Seconds: RSS 2.0 ``ttl`` (minutes), or ``sy:updatePeriod`` divided by ``sy:updateFrequency``."""
    wished: list[int] = []
    if str(feed.get("ttl", "")).strip().isdigit():
        wished.append(int(feed["ttl"]) * 60)
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    if period:
        frequency = str(feed.get("sy_updatefrequency", "1")).strip()
        wished.append(period // max(1, int(frequency)) if frequency.isdigit() else period)
    return min(max(wished), 604_800) if wished else None


def _why(body: bytes, parsed: Any) -> str:
    if _HTML.match(body):
        return "an HTML page came instead of a feed"
    problem = parsed.get("bozo_exception")
    if problem is None:
        return "not a feed: neither RSS nor Atom nor JSON Feed"
    return f"not a feed that can be read: {' '.join(str(problem).split())}"


def _json_feed(body: bytes, base_url: str) -> Listing:
    if len(body) > _LONGEST_JSON:
        raise DiscoveryError(f"not a JSON Feed that can be read: it has more than {_LONGEST_JSON >> 20} MiB")
    try:
        feed = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"not a JSON Feed that can be read: {error}") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise DiscoveryError("JSON came, but it is no JSON Feed (no list « items »)")
    following = feed.get("next_url")
    next_page = _joined(base_url, following) if isinstance(following, str) and following else None
    return listing_of(_json_items(feed["items"], base_url), next_page=next_page)


def _json_items(items: list[Any], base_url: str) -> Iterator[Announced]:
    for item in items:
        if not isinstance(item, dict):
            continue
        link = item.get("url") or item.get("external_url") or item.get("id")
        if not isinstance(link, str) or not link.strip():
            continue
        if "url" not in item and "external_url" not in item and not link.startswith(("http://", "https://")):
            continue
        try:
            url = urljoin(base_url, link.strip())
        except ValueError:
            continue
        title = item.get("title")
        yield Announced(
            url, clean_title(title if isinstance(title, str) else None), _iso(item.get("date_published"))
        )


def _iso(text: object) -> datetime | None:
    """An RFC 3339 date with zone; anything else is None."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
