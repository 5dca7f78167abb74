"""Keep the crawl on the public internet.

The check is made twice: on the host as written, and on the address that its name resolves to. The resolver's
answer is the one that is connected to, so a name that changes its mind between two questions gains nothing.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, NotConfigured
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from processing.address import is_private_address, is_private_host
from spiders.middlewares import Refused

_led_inside: dict[str, str] = {}


class PublicResolver(CachingThreadedResolver):
    """Resolves names, and fails for those that lead to a private address."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, allow_private: bool) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        return cls(
            reactor,
            crawler.settings.getint("DNSCACHE_SIZE"),
            crawler.settings.getfloat("DNS_TIMEOUT"),
            crawler.settings.getbool("ALLOW_PRIVATE_HOSTS"),
        )

    def getHostByName(self, name: str, timeout: object = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        found = super().getHostByName(name)
        if not self._allow_private:
            found.addCallback(_must_be_public, name)
        return found


def _must_be_public(address: str, name: str) -> str:
    if is_private_address(address):
        _led_inside[name] = address
        raise DNSLookupError(f"{name} leads to the private address {address}")
    return address


class PrivateHosts:
    """Refuses requests to hosts that are private as written, or turned out so."""

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.getbool("ALLOW_PRIVATE_HOSTS"):
            raise NotConfigured

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).hostname or ""
        if is_private_host(host):
            raise Refused(
                "private", f"{host} is a private address (VEDETTE_ALLOW_PRIVATE_HOSTS=1 would allow it)"
            )

    def process_exception(self, request: Request, exception: Exception) -> None:
        host = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and (address := _led_inside.get(host)):
            raise Refused("private", f"{host} leads to the private address {address}") from exception
