"""Sitemaps: ``urlset`` with the news extension, ``sitemapindex``, plain text, gzipped or not.

https://www.sitemaps.org/protocol.html and Google's news extension. XML is read without entities, without
DTD and without network; gzip is unpacked up to a limit.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from processing.clean.decode import as_utf8
from spiders.discovery.listing import Announced, Child, DiscoveryError, Listing, clean_title, listing_of

MAX_BYTES = 60 * 1024 * 1024
"""Unpacked from a gzipped sitemap; the protocol allows 50 MB. A plain one is bounded as every answer is."""

MAX_URLS = 50_000
"""Entries read from one sitemap: the protocol allows no more (a news sitemap has 1,000 at most)."""

MAX_ELEMENTS = 1_000_000
"""XML elements read from one sitemap: entries with twenty images and languages each."""


def parse_sitemap(body: bytes, base_url: str, headers: Mapping[str, str]) -> Listing:
    """The pages of a sitemap, or the sub-sitemaps of an index.

    ``published_at`` is ``news:publication_date``, else ``lastmod``. A truncated sitemap gives what stands
    before the break. It is read entry by entry, so that its size costs no memory, up to MAX_URLS and MAX_ELEMENTS.
    Raises DiscoveryError when the body is no sitemap.
    """
    xml = as_utf8(_unpacked(body), headers.get("content-type", "")).lstrip()
    if not xml:
        raise DiscoveryError("the sitemap is empty (no bytes)")
    if xml[:1] != b"<":
        return _plain_text(xml)
    reading = _Reading(xml)
    try:
        pages, children = reading.entries(base_url)
    except etree.XMLSyntaxError as error:
        raise DiscoveryError(f"not a sitemap that can be read: {error.msg}") from None
    if reading.root in ("urlset", "sitemapindex"):
        return listing_of(pages, children, unread=reading.unread)
    if reading.root in ("rss", "feed", "RDF"):
        raise DiscoveryError("a feed came instead of a sitemap: list it under feeds")
    raise DiscoveryError(f"not a sitemap: the document is a <{reading.root or '?'}>")


class _Reading:
    """One pass over a sitemap's XML that keeps nothing but its entries."""

    def __init__(self, xml: bytes) -> None:
        self._events = etree.iterparse(
            BytesIO(xml),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            recover=True,
            huge_tree=False,
            encoding="utf-8",
        )
        self.root = ""
        self.unread: str | None = None

    def entries(self, base_url: str) -> tuple[list[Announced], list[Child]]:
        """The entries that stand right under the root, in order. Raises etree.XMLSyntaxError."""
        pages: list[Announced] = []
        children: list[Child] = []
        root: etree._Element | None = None
        for number, (event, node) in enumerate(self._events):
            if root is None:
                root, self.root = node, _local(node)
                if self.root not in ("urlset", "sitemapindex"):
                    break
            if number >= 2 * MAX_ELEMENTS or len(pages) + len(children) >= MAX_URLS:
                self.unread = f"only its first {len(pages) + len(children)} entries were read"
                break
            if event == "start" or node.getparent() is not root:
                continue
            name = _local(node)
            if name == "url" and self.root == "urlset" and (page := _page(node, base_url)):
                pages.append(page)
            elif name == "sitemap" and self.root == "sitemapindex" and (child := _child(node, base_url)):
                children.append(child)
            node.clear()
            while node.getprevious() is not None:
                del root[0]
        return pages, children


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            plain = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"a gzipped sitemap that cannot be unpacked: {error}") from None
    if len(plain) > MAX_BYTES:
        raise DiscoveryError(f"a gzipped sitemap of more than {MAX_BYTES >> 20} MB unpacked")
    return plain


def _page(node: etree._Element, base_url: str) -> Announced | None:
    if (url := _address(node, base_url)) is None:
        return None
    news = node.find("{*}news")
    title = when = None
    if news is not None:
        title = clean_title(news.findtext("{*}title"))
        when = w3c_moment(news.findtext("{*}publication_date"))
    return Announced(url, title, when or w3c_moment(node.findtext("{*}lastmod")))


def _child(node: etree._Element, base_url: str) -> Child | None:
    url = _address(node, base_url)
    return None if url is None else Child(url, w3c_moment(node.findtext("{*}lastmod")))


def _address(node: etree._Element, base_url: str) -> str | None:
    loc: str | None = node.findtext("{*}loc")
    if not loc or not loc.strip():
        return None
    try:
        return urljoin(base_url, loc.strip())
    except ValueError:
        return None


def _plain_text(body: bytes) -> Listing:
    """A text sitemap: one address a line, nothing else."""
    lines = (line.strip() for line in BytesIO(body))
    text = [line.decode("utf-8", "replace") for line in islice(filter(None, lines), MAX_URLS)]
    if not text or not all(re.match(r"https?://\S+$", line) for line in text[:20]):
        raise DiscoveryError("not a sitemap: neither XML nor a list of addresses")
    unread = f"only its first {MAX_URLS} entries were read" if next(filter(None, lines), None) else None
    return listing_of((Announced(line) for line in text if re.match(r"https?://\S+$", line)), unread=unread)


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def w3c_moment(text: str | None) -> datetime | None:
    """A W3C date and time (https://www.w3.org/TR/NOTE-datetime). A day alone, or no zone, is read as UTC."""
    if not text or not (text := text.strip()):
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1990 <= moment.year <= 2100:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
