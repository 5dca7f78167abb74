"""A transport of httpx that stays on the public internet, for what is fetched outside a crawl.

The rule is the crawl's: a host is refused when it is private as written, or when its name leads to a private
address. The address that was checked is the one that is connected to, so a name that changes its mind between two
questions gains nothing. Redirects come through here as well.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

import httpx

from processing.address import is_private_address, is_private_host
from processing.errors import PrivateAddressError

Resolve = Callable[[str, int], Sequence[str]]
"""IP addresses of a host name, for a port. Raises OSError."""


def resolve(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says, IPv4 first, as the crawl asks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in sorted(found, key=lambda info: info[0] != socket.AF_INET)]


class PublicTransport(httpx.HTTPTransport):
    """Connects to public addresses alone. Raises PrivateAddressError, or httpx's errors."""

    def __init__(self, resolve: Resolve = resolve) -> None:
        # Connections are not kept: two names at one address must not share one.
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self._resolve = resolve

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if is_private_host(url.host):
            raise PrivateAddressError(_refused(f"{url.host} is a private address"))
        try:
            addresses = self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except OSError as error:
            raise httpx.ConnectError(f"{url.host} cannot be resolved: {error}", request=request) from None
        if inside := next(filter(is_private_address, addresses), None):
            raise PrivateAddressError(_refused(f"{url.host} leads to the private address {inside}"))
        failure = httpx.ConnectError(f"{url.host} has no address", request=request)
        for address in addresses:
            try:
                return super().handle_request(_at(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = httpx.ConnectError(str(error), request=request)
        raise failure


def _at(request: httpx.Request, address: str) -> httpx.Request:
    """The same request (the header Host is in place), to a server at this IP address that must prove its name."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


def _refused(why: str) -> str:
    return f"{why} (VEDETTE_ALLOW_PRIVATE_HOSTS=1 would allow it)"
