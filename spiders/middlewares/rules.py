"""robots.txt and tdmrep.json: read once per origin before anything else of it, and obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Self, TypeVar

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from processing.optouts import WELL_KNOWN, Rule, parse_tdmrep, refused_by_file
from spiders.failures import said
from spiders.middlewares import OWN, Refused
from spiders.robots import Robots, robots_of, robots_unreachable
from spiders.work import pace_of

_T = TypeVar("_T")
_ASK_AGAIN = timedelta(hours=1)


class Rules:
    """Holds back every request until its origin's rules are known; sets the host's pace by them.

    The opt-out file is asked for only where pages are fetched, not for channels on other hosts.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._robots: dict[str, asyncio.Future[Robots]] = {}
        self._opt_outs: dict[str, asyncio.Future[tuple[Rule, ...]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        parts = urlparse_cached(request)
        # Set on every request, for a redirect would carry its first host's slot along.
        request.meta["download_slot"] = parts.hostname or ""
        if request.meta.get(OWN):
            return
        origin = f"{parts.scheme}://{parts.netloc}"
        robots = await self._once(self._robots, origin, lambda: self._read_robots(origin, request))
        match robots.allows(request.url):
            case "no":
                raise Refused("robots", f"{origin}/robots.txt does not allow it to Vedette")
            case "later":
                raise Refused("robots-unknown", f"{origin}: {robots.unreachable}", _ASK_AGAIN)
            case "yes":
                pass
        if "page" in request.cb_kwargs:
            rules = await self._once(self._opt_outs, origin, lambda: self._read_opt_outs(origin))
            if proof := refused_by_file(rules, request.url):
                raise Refused("tdm", f"{origin}{proof}")

    async def _once(
        self, known: dict[str, asyncio.Future[_T]], origin: str, read: Callable[[], Awaitable[_T]]
    ) -> _T:
        if origin not in known:
            known[origin] = asyncio.get_running_loop().create_future()
            known[origin].set_result(await read())
        return await asyncio.shield(known[origin])

    async def _read_robots(self, origin: str, asking: Request) -> Robots:
        try:
            answer = await self._ask(f"{origin}/robots.txt")
        except Refused as refused:
            robots = robots_unreachable(refused.reason)
        except Exception as error:  # noqa: BLE001 - every way not to get an answer means « not now »
            robots = robots_unreachable(said(error))
        else:
            robots = robots_of(answer.status, answer.body)
        pace = pace_of(self._crawler)
        slot = urlparse_cached(asking).hostname or ""
        _set_pace(
            _engine(self._crawler).downloader, slot, max(pace.delay(asking.meta["source"]), robots.delay)
        )
        return robots

    async def _read_opt_outs(self, origin: str) -> tuple[Rule, ...]:
        try:
            answer = await self._ask(f"{origin}{WELL_KNOWN}")
        except (IgnoreRequest, OSError, Exception):  # noqa: BLE001 - no file, no word
            return ()
        return parse_tdmrep(answer.body) if answer.status == 200 else ()

    async def _ask(self, url: str) -> Response:
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta={OWN: True}, dont_filter=True)
        answer: Response = await _engine(self._crawler).download_async(request)
        return answer


def _engine(crawler: Crawler) -> ExecutionEngine:
    if crawler.engine is None:
        raise RuntimeError("the crawl has no engine yet")
    return crawler.engine


def _set_pace(downloader: Downloader, slot: str, delay: float) -> None:
    """Give a host its delay, in the slot that lives and in those made for it later."""
    downloader.per_slot_settings[slot] = {"concurrency": 1, "delay": delay, "jitter": 0}
    if living := downloader.slots.get(slot):
        living.delay = delay
