"""What a crawl tells its parent: progress on stdout, and a statistics file at its end."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from scrapy.utils.asyncio import create_looping_call

from spiders.outcome import totals
from spiders.work import Work, work_of

_EVERY = 0.5


class Reporting:
    """Writes one JSON event a line while the crawl runs, and the statistics file when its spider has closed.

    The file is the only thing a parent believes: Scrapy exits with 0 after SIGTERM as well.
    """

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler = crawler
        self._path = path
        self._begun = monotonic()
        self._last = ""
        self._clock = create_looping_call(self._tell)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = crawler.settings.get("STATS_FILE")
        if not path:
            raise NotConfigured
        extension = cls(crawler, Path(path))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        self._clock.start(_EVERY)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self._clock.stop()
        self._tell()
        work = work_of(self._crawler)
        write_report(
            self._path, report(work, reason, monotonic() - self._begun, self._crawler.stats.get_stats())
        )

    def _tell(self) -> None:
        work = work_of(self._crawler)
        line = json.dumps(
            {
                "source": work.last_source,
                "polled": work.polled,
                "channels": work.channels,
                "fetched": work.page_answers,
                "queued": work.queued,
            }
        )
        if line != self._last:
            self._last = line
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


class Quiet(LogFormatter):
    """Scrapy says something of every request and item; ours are rows in PostgreSQL."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> Any:
        return None

    def scraped(self, item: Any, response: Any, spider: Spider) -> Any:
        return None


def report(work: Work, reason: str, seconds: float, stats: dict[str, Any]) -> dict[str, Any]:
    """The statistics, JSON-safe. A crawl that had to stop, or whose own code failed, did not finish."""
    fault = work.fault
    if fault is None and (failures := stats.get("spider_exceptions/count", 0)):
        fault = f"{failures} answers could not be handled: see the log"
    counts = work.ledger.counts
    return {
        "finish_reason": "fault" if fault else reason,
        "fault": fault,
        "seconds": round(seconds, 3),
        "per_source": {source: counts[source].as_dict() for source in work.visits},
        "totals": {
            **totals(counts.values()),
            "sources": len(work.visits),
            "segments": work.ledger.segments,
            "records": work.ledger.records,
            "orphans": work.orphans,
        },
        "busy": list(work.busy),
        "scrapy": {key: value for key, value in stats.items() if isinstance(value, (int, float, str))},
    }


def write_report(path: Path, content: dict[str, Any]) -> None:
    """Write the whole file or none of it."""
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
