"""A host that gives no whole answer time after time is left alone, so that it cannot hold up the night."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from spiders.failures import said
from spiders.middlewares import Refused

IN_A_ROW = 6
"""Requests without a whole answer (none in time, cut short, too large, no connection) that are enough."""

REST = timedelta(hours=1)


class HostPatience:
    """Counts, by host and port, what failed since the last whole answer; then its pages wait for another crawl.

    A server that drips would otherwise cost its time limit for every page that waits.
    """

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).netloc
        if (left := self._until.get(host, 0.0) - monotonic()) > 0:
            why = f"{host} failed {IN_A_ROW} times in a row, the last time: {self._last[host]}"
            raise Refused("wait", why, timedelta(seconds=left))

    def process_response(self, request: Request, response: Response) -> Response:
        self._failed.pop(urlparse_cached(request).netloc, None)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest):
            return
        host = urlparse_cached(request).netloc
        self._failed[host] += 1
        self._last[host] = said(exception)
        if self._failed[host] >= IN_A_ROW:
            del self._failed[host]
            self._until[host] = monotonic() + REST.total_seconds()
