"""Bare Scrapy, to compare with: ``python -m tests.benchmarks.bare_spider PORT HOSTS PAGES`` fetches and stores nothing.

Scrapy's own settings save two: as many requests at once as Vedette has, one per host; and no line in the log for every
page, which would make Scrapy look worse than it is.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from tests.benchmarks.large_press import page_url


class Bare(Spider):
    name = "bare"
    port: str
    hosts: str
    pages: str

    async def start(self) -> AsyncIterator[Request]:
        for page in range(int(self.pages)):
            for host in range(int(self.hosts)):
                yield Request(page_url(host, page, int(self.port)))

    def parse(self, response: Response) -> None:
        if response.status != 200 or len(response.body) < 50_000:
            raise RuntimeError(f"{response.url}: not the page that was meant")


if __name__ == "__main__":
    process = AsyncCrawlerProcess(
        {"CONCURRENT_REQUESTS": 256, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "LOG_LEVEL": "WARNING"}
    )
    crawler = process.create_crawler(Bare)
    port, hosts, pages = sys.argv[1:]
    process.crawl(crawler, port=port, hosts=hosts, pages=pages)
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("response_received_count"))
