"""Pace and rest are kept for the host, not for the address, the feed or the source that met them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from processing.store.hosts import Rest
from spiders.conduct import Conduct, conduct_of
from spiders.failures import said
from spiders.hosts import Host, LeaveAlone, after_answer, after_silence, host_key, pace
from spiders.middlewares import Refused
from spiders.schedule import retry_after

_WORTH_WAITING = 30.0
"""Seconds that a crawl waits for a host; beyond them its pages are left for another time."""


class HostWaits:
    """One connection to a host, its pace, and the rest it asked for or needs.

    The pace is ``max(delay, crawl-delay, throttle)`` over all sources and origins of the host. What a host asked
    for itself (Retry-After, 429) outlives the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._own_delays: defaultdict[str, float] = defaultdict(float)
        self._crawl_delays: defaultdict[str, float] = defaultdict(float)
        self._until: dict[str, float] = {}
        self._reasons: dict[str, str] = {}
        self._loaded = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _conduct(self) -> Conduct:
        return conduct_of(self._crawler)

    async def process_request(self, request: Request) -> None:
        if not self._loaded:
            self._load()
        key = host_key(urlparse_cached(request).hostname or "")
        # Set on every request, for a redirect would carry its first host's slot along.
        request.meta["download_slot"] = key
        while (left := self._until.get(key, 0.0) - monotonic()) > 0:
            if left > _WORTH_WAITING:
                reason = f"{key} is left alone for {left:.0f} s more: {self._reasons[key]}"
                raise Refused("wait", reason, timedelta(seconds=left))
            await asyncio.sleep(left)
        self._keep_pace(key, request)

    def process_response(self, request: Request, response: Response) -> Response:
        key = host_key(urlparse_cached(request).hostname or "")
        header = response.headers.get("Retry-After")
        retry = retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        latency = float(request.meta.get("download_latency", 0.0))
        self._hosts[key], rest = after_answer(self._hosts[key], response.status, retry, latency)
        self._leave_alone(key, rest)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """A request that was sent and not answered. What was refused or cut off as too large is no trouble."""
        if isinstance(exception, IgnoreRequest | DownloadCancelledError):
            return
        key = host_key(urlparse_cached(request).hostname or "")
        self._hosts[key], rest = after_silence(self._hosts[key], said(exception))
        self._leave_alone(key, rest)

    def crawl_delay(self, hostname: str, seconds: float) -> None:
        """robots.txt of one of the host's origins asks for this delay; the longest of them counts."""
        key = host_key(hostname)
        self._crawl_delays[key] = max(self._crawl_delays[key], seconds)

    def _load(self) -> None:
        self._loaded = True
        now = datetime.now(UTC)
        for rest in self._conduct.resting():
            self._until[rest.site] = monotonic() + (rest.rests_until - now).total_seconds()
            self._reasons[rest.site] = rest.reason

    def _leave_alone(self, key: str, rest: LeaveAlone | None) -> None:
        if rest is None:
            return
        self._until[key] = max(self._until.get(key, 0.0), monotonic() + rest.wait.total_seconds())
        self._reasons[key] = rest.reason
        if rest.asked:
            self._conduct.let_rest(Rest(key, datetime.now(UTC) + rest.wait, rest.reason))

    def _keep_pace(self, key: str, request: Request) -> None:
        """Give a host its delay, in the slot that lives and in the one made for it later."""
        if self._crawler.engine is None:
            raise RuntimeError("the crawl has no engine yet")
        downloader: Downloader = self._crawler.engine.downloader
        own = self._conduct.delay(request.meta.get("source", ""))
        self._own_delays[key] = max(self._own_delays[key], own)
        seconds = pace(self._own_delays[key], self._crawl_delays[key], self._hosts[key].latency)
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": seconds, "jitter": 0}
        if living := downloader.slots.get(key):
            living.delay = seconds
