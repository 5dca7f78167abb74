"""From the spider to the ledger."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import psycopg
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from processing.archive.writing import Exchange
from processing.errors import ArchiveError
from processing.store.frontier import Left, PageToFetch
from processing.store.relooks import LookedAgain
from spiders.answers import seen_again
from spiders.work import Work, work_of

logger = logging.getLogger(__name__)
_LOOK = 2.0


@dataclass(frozen=True)
class Answered:
    """An item: a page that was fetched."""

    page: PageToFetch
    url: str
    """Canonical address that answered."""
    exchange: Exchange
    look_again_at: datetime | None = None


@dataclass(frozen=True)
class NotFetched:
    """An item: a page that was not."""

    left: Left
    source_id: str


@dataclass(frozen=True)
class SeenAgain:
    """An item: an article that was looked at again and came with no new copy."""

    look: LookedAgain
    source_id: str


Item = Answered | NotFetched | SeenAgain


def settled(left: Left, page: PageToFetch) -> NotFetched | SeenAgain:
    """A page that was not fetched, or an article of which no new copy came."""
    if page.again:
        return SeenAgain(seen_again(page, left, datetime.now(UTC)), page.source_id)
    return NotFetched(left, page.source_id)


class LedgerPipeline:
    """Writes items into the ledger and seals it when it is full, at intervals and at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._clock = create_looping_call(self._seal_if_full)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _work(self) -> Work:
        return work_of(self._crawler)

    def open_spider(self) -> None:
        self._clock.start(_LOOK, now=False)

    def process_item(self, item: Item) -> Item:
        work = self._work
        work.page_answers += 1
        try:
            match item:
                case Answered(page, url, exchange, look_again_at):
                    work.last_source = page.source_id
                    work.ledger.fetched(page, url, exchange, look_again_at)
                case NotFetched(left, source_id):
                    work.last_source = source_id
                    work.ledger.left(left, source_id)
                case SeenAgain(look, source_id):
                    work.last_source = source_id
                    work.ledger.looked_again(look, source_id)
        except ArchiveError as error:
            self._stop(str(error))
        self._seal_if_full()
        return item

    def close_spider(self) -> None:
        self._clock.stop()
        ledger = self._work.ledger
        if self._work.fault is None or ledger.refused:
            self._note_untold()
            self._seal()
        try:
            ledger.discard()
        except ArchiveError as error:
            self._stop(str(error))

    def _note_untold(self) -> None:
        """Pages that failed once and were to be tried again when the crawl ended: the first try counts."""
        for visit in self._work.visits.values():
            for first in visit.untold():
                self.process_item(settled(first.left, first.page))

    def _seal_if_full(self) -> None:
        if self._work.fault is None and self._work.ledger.is_full():
            self._seal()

    def _seal(self) -> None:
        try:
            self._work.ledger.seal()
        except ArchiveError as error:
            self._stop(str(error))
        except psycopg.Error as error:
            self._stop(refused_by_database(error))

    def _stop(self, fault: str) -> None:
        stop_for(self._crawler, fault)


def refused_by_database(error: psycopg.Error) -> str:
    """One line for a database that does not do its part."""
    return f"PostgreSQL refused: {' '.join(str(error).split())}"


def stop_for(crawler: Crawler, fault: str) -> None:
    """End the crawl because it cannot keep what it fetches. The first fault is the one that is told."""
    work = work_of(crawler)
    if work.fault is not None:
        return
    work.fault = fault
    logger.error("the crawl stops: %s", fault)
    if crawler.crawling and crawler.engine is not None and crawler.engine.running:
        work.stopping = asyncio.ensure_future(crawler.engine.close_spider_async(reason="fault"))
