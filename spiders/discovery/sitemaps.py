"""Sitemaps: ``urlset`` with the news extension, ``sitemapindex``, plain text, gzipped or not.

https://www.sitemaps.org/protocol.html and Google's news extension. XML is read without entities, without
DTD and without network; gzip is unpacked up to a limit.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from urllib.parse import urljoin

from lxml import etree

from spiders.discovery.listing import Announced, Child, DiscoveryError, Listing, clean_title, listing_of

MAX_BYTES = 60 * 1024 * 1024
"""The protocol allows 50 MB unpacked."""


def parse_sitemap(body: bytes, base_url: str, headers: Mapping[str, str]) -> Listing:
    """The pages of a sitemap, or the sub-sitemaps of an index.

    ``published_at`` is ``news:publication_date``, else ``lastmod``. A truncated sitemap gives what stands
    before the break. Raises DiscoveryError when the body is no sitemap.
    """
    xml = _unpacked(body).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not xml:
        raise DiscoveryError("the sitemap is empty (no bytes)")
    if xml[:1] != b"<":
        return _plain_text(xml)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.parse(BytesIO(xml), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise DiscoveryError(f"not a sitemap that can be read: {error.msg}") from None
    name = _local(root) if root is not None else ""
    if name == "urlset":
        return listing_of(_pages(root, base_url))
    if name == "sitemapindex":
        return listing_of((), children=_children(root, base_url))
    if name in ("rss", "feed", "RDF"):
        raise DiscoveryError("a feed came instead of a sitemap: list it under feeds")
    raise DiscoveryError(f"not a sitemap: the document is a <{name or '?'}>")


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


def _pages(root: etree._Element, base_url: str) -> Iterator[Announced]:
    for node in root.iterchildren("{*}url"):
        if (url := _address(node, base_url)) is None:
            continue
        news = node.find("{*}news")
        title = when = None
        if news is not None:
            title = clean_title(news.findtext("{*}title"))
            when = w3c_moment(news.findtext("{*}publication_date"))
        yield Announced(url, title, when or w3c_moment(node.findtext("{*}lastmod")))


def _children(root: etree._Element, base_url: str) -> Iterator[Child]:
    for node in root.iterchildren("{*}sitemap"):
        if (url := _address(node, base_url)) is not None:
            yield Child(url, w3c_moment(node.findtext("{*}lastmod")))


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
    lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines or not all(re.match(r"https?://\S+$", line) for line in lines[:20]):
        raise DiscoveryError("not a sitemap: neither XML nor a list of addresses")
    return listing_of(Announced(line) for line in lines if re.match(r"https?://\S+$", line))


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
