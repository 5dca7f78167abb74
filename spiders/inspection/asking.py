"""Requests of an inspection: counted, bounded, and through the crawl's middlewares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from processing.settings import Settings
from processing.store.hosts import Rest, RulesFile, RulesRead
from spiders.inspection.findings import Inspection, Step
from spiders.middlewares import OWN

MAX_REQUESTS: Final = 70
MAX_SECONDS: Final = 300.0
"""For one source; what is left then is named in the report."""

Found = Callable[[Step | Inspection], None]


class Spent(Exception):  # noqa: N818 - a state of the inspection, not a fault
    """The requests or the time for one source are used up. Raised before asking, caught where the report is made."""


@dataclass(frozen=True)
class LookConduct:
    """How an inspection behaves (:class:`spiders.conduct.Conduct`).

    It has no database: it asks for the rules itself, and what it learns of a host ends with it.
    """

    settings: Settings
    delays: Mapping[str, float]
    """Seconds, by source, where its entry states them."""

    def delay(self, source_id: str) -> float:
        """Least seconds between two requests to a host, before robots.txt has its say."""
        return max(self.settings.delay, self.delays.get(source_id, 0.0))

    def resting(self) -> list[Rest]:
        """None is known of; within the look the middleware remembers."""
        return []

    def let_rest(self, rest: Rest) -> None:
        """Not kept."""

    def rules_read(self, origin: str, file: RulesFile) -> RulesRead | None:
        """None: the report shall say what they are now."""
        return None

    def keep_rules(self, origin: str, file: RulesFile, rules: RulesRead) -> None:
        """Not kept."""


class _Asker(Protocol):
    """The spider, as far as asking goes."""

    crawler: Crawler
    found: Found


class Asking:
    """The requests for one source."""

    def __init__(self, spider: _Asker, source_id: str) -> None:
        self._spider = spider
        self._source_id = source_id
        self._begun = monotonic()
        self.requests = 0

    @property
    def seconds(self) -> float:
        """Since the source's turn came."""
        return monotonic() - self._begun

    async def __call__(
        self, doing: str, url: str, *, page: bool = False, headers: Mapping[str, bytes] | None = None
    ) -> Response:
        """The answer, redirects followed. ``page``: an article, to which the publisher's opt-out file applies.

        Raises Spent, Refused, or what the network does.
        """
        # The rules ask for tdmrep.json before a request that bears this mark of a page.
        marks = {"page": None} if page else {}
        return await self._download(doing, url, cb_kwargs=marks, headers=dict(headers or {}))

    async def for_rules(self, url: str) -> None:
        """Ask for robots.txt or tdmrep.json itself, as the middlewares do. Raises as asking does."""
        await self._download("opt-out file", url, meta={OWN: True})

    async def _download(
        self, doing: str, url: str, meta: Mapping[str, Any] | None = None, **more: Any
    ) -> Response:
        if self.requests >= MAX_REQUESTS:
            raise Spent(f"{MAX_REQUESTS} requests are enough for one look")
        if self.seconds > MAX_SECONDS:
            raise Spent(f"{MAX_SECONDS:.0f} seconds are enough for one look")
        self.requests += 1
        self._spider.found(Step(self._source_id, doing, self.requests))
        marks = {"source": self._source_id, **(meta or {})}
        request = Request(url, callback=NO_CALLBACK, meta=marks, dont_filter=True, **more)
        engine = self._spider.crawler.engine
        if engine is None:
            raise RuntimeError("the inspection has no engine")
        answer: Response = await engine.download_async(request)
        return answer
