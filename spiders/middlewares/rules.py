"""robots.txt and tdmrep.json: read once a day per origin, before anything else of it, and obeyed.

RFC 9309 §2.4: a copy is good for 24 hours, over crawls. What could not be read is asked for again by the next crawl.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Self, TypeVar

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from processing.optouts import WELL_KNOWN, Rule, parse_tdmrep, refused_by_file
from processing.store.hosts import RulesRead
from spiders.conduct import conduct_of
from spiders.failures import said
from spiders.middlewares import OWN, Refused
from spiders.middlewares.waiting import HostWaits
from spiders.robots import MAX_BYTES, Robots, is_final, robots_of, robots_unreachable

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_ASK_AGAIN = timedelta(hours=1)


class Rules:
    """Holds back every request until its origin's rules are known; tells the host's pace its crawl-delay.

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
        self, known: dict[str, asyncio.Future[_T]], origin: str, read: Callable[[], Coroutine[None, None, _T]]
    ) -> _T:
        if origin not in known:
            known[origin] = asyncio.ensure_future(read())
        return await asyncio.shield(known[origin])

    async def _read_robots(self, origin: str, asking: Request) -> Robots:
        conduct = conduct_of(self._crawler)
        read = conduct.rules_read(origin, "robots")
        if read is None:
            try:
                answer = await self._ask(f"{origin}/robots.txt")
            except Refused as refused:
                return robots_unreachable(refused.reason)
            except Exception as error:  # noqa: BLE001 - every way not to get an answer means « not now »
                return robots_unreachable(said(error))
            read = _as_read(answer)
            if is_final(read.status):
                conduct.keep_rules(origin, "robots", read)
        robots = robots_of(read.status, read.body)
        waits = self._crawler.get_downloader_middleware(HostWaits)
        if waits is None:
            raise RuntimeError("the settings lack HostWaits, which keeps the pace of hosts")
        waits.crawl_delay(urlparse_cached(asking).hostname or "", robots.delay)
        return robots

    async def _read_opt_outs(self, origin: str) -> tuple[Rule, ...]:
        conduct = conduct_of(self._crawler)
        read = conduct.rules_read(origin, "tdmrep")
        if read is None:
            try:
                read = _as_read(await self._ask(f"{origin}{WELL_KNOWN}"))
            except Exception as error:  # noqa: BLE001 - without a file nothing is reserved; asked anew by the next crawl
                logger.info("%s%s: %s", origin, WELL_KNOWN, said(error))
                return ()
            if is_final(read.status):
                conduct.keep_rules(origin, "tdmrep", read)
        return parse_tdmrep(read.body) if read.status == 200 else ()

    async def _ask(self, url: str) -> Response:
        request = Request(url, callback=NO_CALLBACK, priority=1000, meta={OWN: True}, dont_filter=True)
        answer: Response = await _engine(self._crawler).download_async(request)
        return answer


def _engine(crawler: Crawler) -> ExecutionEngine:
    if crawler.engine is None:
        raise RuntimeError("the crawl has no engine yet")
    return crawler.engine


def _as_read(answer: Response) -> RulesRead:
    body = answer.body[:MAX_BYTES] if 200 <= answer.status < 300 else b""
    return RulesRead(answer.status, body)
