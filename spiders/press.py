"""The spider: one class for the whole press. Sources differ by data, not by code.

For each source it looks at the channels that are due, records what they announce, then asks for the pages
that wait. What an answer means is decided in :mod:`spiders.polling`, :mod:`spiders.answers` and
:mod:`processing.optouts`; what becomes of a page leaves as an item for :mod:`spiders.pipeline`.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from processing.address import canonical
from processing.errors import PageError
from processing.optouts import refused_by_page
from processing.store import channels, frontier
from processing.store.channels import DueFeed, Memory, Poll
from processing.store.frontier import Left, PageToFetch
from spiders.answers import (
    Follow,
    challenged,
    is_redirect,
    redirected,
    refused_answer,
    seen_again,
    tried,
)
from spiders.challenges import challenge_of
from spiders.discovery import DiscoveryError
from spiders.discovery.shapes import NOTHING_LEARNED, Shapes, learn
from spiders.exchange import answer_of, exchange_of, header_lines, headers_of
from spiders.failures import said
from spiders.looking import NotAnswered, look
from spiders.middlewares import Refused
from spiders.pipeline import Answered, Item, SeenAgain, refused_by_database, settled
from spiders.polling import Answer, AnswerError, digest, failed_poll
from spiders.schedule import Failure as Weight
from spiders.schedule import next_relook
from spiders.validators import conditional_headers, page_headers
from spiders.work import Visit, Work

logger = logging.getLogger(__name__)


class PressSpider(Spider):
    """Looks at channels and fetches pages. Made by :func:`spiders.crawl.run`."""

    name = "press"
    work: Work

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PressSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.work = kwargs["work"]
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Every channel first; the pages of a source whose channels are not due at once."""
        for visit in self.work.visits.values():
            visit.open_channels = len(visit.channels)
            for feed in visit.channels:
                yield self._channel_request(feed, visit)
            if not visit.channels:
                with self._database():
                    self.work.begin_pages(visit)
                for request in self._page_requests(visit):
                    yield request

    @contextmanager
    def _database(self) -> Iterator[None]:
        """A database that refuses ends the crawl: it could keep nothing of what it finds."""
        try:
            yield
        except psycopg.Error as error:
            self.work.fault = self.work.fault or refused_by_database(error)
            raise CloseSpider("fault") from None

    def _error_of(self, failure: Failure) -> BaseException:
        """Why a request brought no answer. Ends the crawl when the reason is the database (middlewares ask it too)."""
        error: BaseException = failure.value or RuntimeError("a failure without an error")
        if isinstance(error, psycopg.Error):
            with self._database():
                raise error
        return error

    # ------------------------------------------------------------ channels

    def _channel_request(self, feed: DueFeed, visit: Visit) -> Request:
        return Request(
            feed.url,
            callback=self.parse_channel,
            errback=self.channel_failed,
            cb_kwargs={"feed": feed, "visit": visit},
            headers=conditional_headers(feed, datetime.now(UTC)),
            priority=10,
            meta={"source": visit.source.id},
            dont_filter=True,
        )

    async def parse_channel(self, response: Response, feed: DueFeed, visit: Visit) -> AsyncIterator[Request]:
        """Record what the channel announces; after the source's last one, go on to its pages."""
        answer = answer_of(response)
        now = datetime.now(UTC)
        try:
            poll = await look(
                feed,
                visit.source,
                answer,
                now,
                lambda url: self._ask(url, visit),
                lambda urls: self._memory(feed, urls),
                self._shapes(feed),
            )
        except DiscoveryError as error:
            failure = error.failure if isinstance(error, AnswerError) else "hard"
            poll = failed_poll(feed, str(error), now, failure, answer=answer)
        self._record(poll, feed, visit)
        for request in self._channel_done(visit):
            yield request

    def channel_failed(self, failure: Failure) -> Iterator[Request]:
        """No answer: robots.txt refused, the host cannot be reached, or the answer cannot be read."""
        feed: DueFeed = failure.request.cb_kwargs["feed"]  # type: ignore[attr-defined]
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        error = self._error_of(failure)
        now = datetime.now(UTC)
        if isinstance(error, Refused):
            weight: Weight = "hard" if error.kind in ("robots", "private") else "passing"
            poll = failed_poll(
                feed, error.reason, now, weight, wait=error.wait, refused=error.kind == "robots"
            )
        else:
            poll = failed_poll(feed, said(error), now, "soft")
        self._record(poll, feed, visit)
        yield from self._channel_done(visit)

    async def _ask(self, url: str, visit: Visit) -> Answer:
        """A part or an older page of a channel."""
        request = Request(
            url, callback=NO_CALLBACK, meta={"source": visit.source.id}, priority=9, dont_filter=True
        )
        if self.crawler.engine is None:
            raise NotAnswered("the crawl is ending")
        try:
            return answer_of(await self.crawler.engine.download_async(request))
        except Exception as error:
            raise NotAnswered(said(error)) from error

    def _memory(self, feed: DueFeed, urls: Sequence[str]) -> Memory:
        with self._database():
            return channels.memory_of(self.work.conn, feed.id, urls)

    def _shapes(self, feed: DueFeed) -> Shapes:
        if feed.kind != "section":
            return NOTHING_LEARNED
        with self._database():
            return learn(*channels.addresses_of(self.work.conn, feed.source_id))

    def _record(self, poll: Poll, feed: DueFeed, visit: Visit) -> None:
        work, counts = self.work, self.work.ledger.counts[visit.source.id]
        with self._database():
            new = channels.record_poll(work.conn, work.run_id, poll)
        if poll.note:
            logger.warning("%s: %s %s: %s", visit.source.id, feed.kind, feed.url, poll.note)
        work.polled += 1
        counts.discovered += len(poll.items)
        counts.new += new
        counts.bytes += poll.bytes
        if poll.outcome in ("failed", "refused"):
            counts.polls_failed += 1
            logger.warning("%s: %s %s: %s", visit.source.id, feed.kind, feed.url, poll.error)
        elif poll.outcome == "unchanged":
            counts.polls_unchanged += 1
        else:
            counts.polls_ok += 1

    def _channel_done(self, visit: Visit) -> Iterator[Request]:
        visit.open_channels -= 1
        if visit.open_channels == 0:
            with self._database():
                self.work.begin_pages(visit)
            yield from self._page_requests(visit)

    # ------------------------------------------------------------ pages

    def _page_requests(self, visit: Visit) -> Iterator[Request]:
        if self.work.fault is not None:
            return
        with self._database():
            pages = self.work.next_pages(visit)
        for page in pages:
            yield self._page_request(page, page.fetch_url, visit, hops=0)

    def _page_request(self, page: PageToFetch, url: str, visit: Visit, hops: int) -> Request:
        return Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"page": page, "visit": visit, "hops": hops},
            headers=page_headers(page),
            meta={"source": visit.source.id, "dont_redirect": True},
            dont_filter=True,
        )

    def parse_page(
        self, response: Response, page: PageToFetch, visit: Visit, hops: int
    ) -> Iterator[Item | Request]:
        """Archive the page, follow its redirect, or say what became of it."""
        if is_redirect(response.status):
            location = response.headers.get("Location")
            where = redirected(
                page,
                response.url,
                response.status,
                location.decode("latin-1") if location else None,
                hops + 1,
            )
            if isinstance(where, Follow) and self._has_own_row(where, page):
                reason = f"moved to {where.known}"
                where = Left(page.id, "gone", reason, status=response.status, moved_to=where.known)
            if isinstance(where, Follow):
                yield self._page_request(page, where.url, visit, hops + 1)
                return
            yield from self._left(where, page, visit)
        elif challenge := challenge_of(response.status, headers_of(response), response.body):
            left = challenged(page, response.status, challenge, datetime.now(UTC))
            yield settled(left, page)
        elif page.again and (response.status == 304 or digest(response.body) == page.body_sha256):
            yield SeenAgain(seen_again(page, None, datetime.now(UTC)), page.source_id)
        elif 200 <= response.status < 300:
            yield self._archived(response, page, hops)
        else:
            retry = response.headers.get("Retry-After")
            left = refused_answer(
                page, response.status, retry.decode("latin-1") if retry else None, datetime.now(UTC)
            )
            yield from self._left(left, page, visit)
        yield from self._page_done(page, visit)

    def page_failed(self, failure: Failure) -> Iterator[Item | Request]:
        """No answer: refused before asking, or the connection failed."""
        page: PageToFetch = failure.request.cb_kwargs["page"]  # type: ignore[attr-defined]
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]
        left = _left_by(page, self._error_of(failure), datetime.now(UTC))
        yield from self._left(left, page, visit)
        yield from self._page_done(page, visit)

    def _left(self, left: Left, page: PageToFetch, visit: Visit) -> Iterator[Item]:
        if (last := visit.after_try(page, left)) is not None:
            yield settled(last, page)

    def _archived(self, response: Response, page: PageToFetch, hops: int) -> Item:
        if proof := refused_by_page(header_lines(response), response.body):
            return settled(Left(page.id, "refused_tdm", proof, status=response.status), page)
        now = datetime.now(UTC)
        exchange = exchange_of(response.request, response, now)
        url = page.url if hops == 0 or page.again else _canonical_or(response.url, page.url)
        return Answered(page, url, exchange, next_relook(page.first_fetched_at or now, now))

    def _has_own_row(self, where: Follow, page: PageToFetch) -> bool:
        with self._database():
            return where.known != page.url and frontier.is_known(self.work.conn, where.known)

    def _page_done(self, page: PageToFetch, visit: Visit) -> Iterator[Request]:
        visit.done(page)
        yield from self._page_requests(visit)


def _left_by(page: PageToFetch, error: BaseException, now: datetime) -> Left:
    """What a request without an answer makes of the page."""
    match error:
        case Refused(kind="robots"):
            return Left(page.id, "refused_robots", error.reason, asked=False)
        case Refused(kind="tdm"):
            return Left(page.id, "refused_tdm", error.reason, asked=False)
        case Refused(kind="private"):
            return Left(page.id, "failed", error.reason, asked=False)
        case Refused():
            again = now + (error.wait or timedelta(hours=1))
            return Left(page.id, "discovered", error.reason, next_attempt_at=again, asked=False)
        case IgnoreRequest() | DownloadCancelledError():
            # Too large, as sent or unpacked: it will not shrink.
            return Left(page.id, "failed", said(error))
        case _:
            return tried(page, said(error), now)


def _canonical_or(url: str, known: str) -> str:
    try:
        return canonical(url)
    except PageError:
        return known
