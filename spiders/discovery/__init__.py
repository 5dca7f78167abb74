"""Where articles are announced: feeds, sitemaps and section pages. Bytes in, listings out; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spiders.catalogue import Channel
from spiders.discovery.feeds import parse_feed
from spiders.discovery.listing import MAX_ITEMS, Announced, DiscoveryError, Listing
from spiders.discovery.sections import parse_section
from spiders.discovery.sitemaps import parse_sitemap

PARSERS: Mapping[Channel, Callable[[bytes, str, Mapping[str, str]], Listing]] = {
    "feed": parse_feed,
    "sitemap": parse_sitemap,
    "section": parse_section,
}
"""The parser of each kind of channel: ``(body, address, headers in lower case) → Listing``."""

__all__ = [
    "MAX_ITEMS",
    "PARSERS",
    "Announced",
    "DiscoveryError",
    "Listing",
    "parse_feed",
    "parse_section",
    "parse_sitemap",
]
