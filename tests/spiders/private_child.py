"""A process that asks for the addresses given on stdin with the crawl's own downloader, and says what came of each.

``python -m tests.spiders.private_child ALLOW`` reads JSON: ``names`` (what the name service would say), ``moved``
(addresses of a public host, and where it redirects them to) and ``urls``. The public host is the only thing that
is not real: tests reach nothing but loopback, so its redirects are handed to Scrapy's downloader from here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.resolver import dnscache
from twisted.python.failure import Failure

from processing.settings import load_settings
from spiders.failures import said
from spiders.settings import scrapy_settings

ASKED: dict[str, Any] = json.load(sys.stdin) if __name__ == "__main__" else {}


class PublicHost:
    """Answers for the public host."""

    def process_request(self, request: Request) -> Response | None:
        where = ASKED["moved"].get(request.url)
        return None if where is None else Response(request.url, 302, headers={"Location": where})


class Asking(Spider):
    """Asks for each address once."""

    name = "asking"
    custom_settings: ClassVar = {"DOWNLOADER_MIDDLEWARES": {PublicHost: 900}}

    async def start(self) -> AsyncIterator[Request]:
        for number, url in enumerate(ASKED["urls"]):
            yield Request(
                url, callback=self.came, errback=self.failed, cb_kwargs={"n": number}, dont_filter=True
            )

    def came(self, response: Response, n: int) -> None:
        print(json.dumps([ASKED["urls"][n], f"HTTP {response.status}"]))

    def failed(self, failure: Failure) -> None:
        error = failure.value or RuntimeError()
        number = failure.request.cb_kwargs["n"]  # type: ignore[attr-defined]
        print(json.dumps([ASKED["urls"][number], f"{type(error).__name__}: {said(error)}"]))


if __name__ == "__main__":
    chosen = scrapy_settings(load_settings(allow_private_hosts=sys.argv[1] == "1", delay=0.0))
    for name in ("witness.Witness", "rules.Rules", "waiting.HostWaits"):
        del chosen["DOWNLOADER_MIDDLEWARES_BASE"][f"spiders.middlewares.{name}"]
    del chosen["EXTENSIONS_BASE"]["spiders.reporting.Reporting"], chosen["ITEM_PIPELINES"]
    for host, address in ASKED["names"].items():
        dnscache[host] = address
    process = AsyncCrawlerProcess(chosen)
    process.crawl(Asking)
    process.start()
