"""Retry-After is obeyed for the host, not only for the address that said it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from spiders.middlewares import Refused
from spiders.schedule import LONGEST_WISH, retry_after

_WORTH_WAITING = 30.0
"""Seconds that a crawl waits for a host; beyond them its pages are left for another time."""


class HostWaits:
    """After 429 or 503 with Retry-After the host is left alone until then."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    async def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).hostname or ""
        while (left := self._until.get(host, 0.0) - monotonic()) > 0:
            if left > _WORTH_WAITING:
                raise Refused(
                    "wait", f"{host} asked to be left alone for {left:.0f} s more", timedelta(seconds=left)
                )
            await asyncio.sleep(left)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in (429, 503):
            header = response.headers.get("Retry-After")
            wish = retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
            if wish:
                host = urlparse_cached(request).hostname or ""
                self._until[host] = monotonic() + min(wish, LONGEST_WISH).total_seconds()
        return response
