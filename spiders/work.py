"""What one crawl has to do and to work with; shared by the spider, its pipeline and its middlewares."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg import Connection
from psycopg.rows import TupleRow
from scrapy.crawler import Crawler

from processing.settings import Settings
from processing.store import frontier, hosts, relooks
from processing.store.channels import DueFeed
from processing.store.frontier import Left, PageToFetch
from processing.store.hosts import Rest, RulesFile, RulesRead
from spiders.catalogue import Source
from spiders.ledger import Ledger

RULES_KEPT = timedelta(hours=24)
"""RFC 9309 §2.4: robots.txt is read again after a day."""
RELOOKS_AT_MOST = 20
"""Fresh articles of a source that one crawl looks at again, after its new pages."""
_LOADED_AT_ONCE = 32
_IN_FLIGHT = 2
"""Requests of one source inside Scrapy: one on its way and one behind it, so that stopping is quick."""


@dataclass(frozen=True, slots=True)
class FirstTry:
    """A page that was asked for, and what came of it."""

    page: PageToFetch
    left: Left


@dataclass
class Visit:
    """One source in this crawl: first its channels, then its pages."""

    source: Source
    channels: tuple[DueFeed, ...]
    open_channels: int = 0
    queue: deque[int] = field(default_factory=deque)
    loaded: deque[PageToFetch] = field(default_factory=deque)
    once_more: dict[int, FirstTry] = field(default_factory=dict)
    """Pages whose first try failed in a way that may pass; asked for once more when the others are done."""
    second_tries: dict[int, FirstTry] = field(default_factory=dict)
    """Those that are being asked for once more."""
    in_flight: int = 0

    @property
    def queued(self) -> int:
        return len(self.queue) + len(self.loaded) + len(self.once_more) + self.in_flight

    def after_try(self, page: PageToFetch, left: Left) -> Left | None:
        """What is left of a page after a try without success; None when it is tried once more in this crawl.

        What failed in a way that may pass is tried twice. Where the second try was not even made, the first counts.
        """
        first = self.second_tries.get(page.id)
        if first is None and left.state == "discovered" and left.asked:
            self.once_more[page.id] = FirstTry(page, left)
            return None
        return first.left if first is not None and not left.asked else left

    def done(self, page: PageToFetch) -> None:
        """A request for the page has ended, however."""
        self.in_flight -= 1
        self.second_tries.pop(page.id, None)

    def untold(self) -> list[FirstTry]:
        """First tries whose second did not come about, when the crawl ends before."""
        return [*self.once_more.values(), *self.second_tries.values()]


@dataclass
class Work:
    """The crawl."""

    settings: Settings
    conn: Connection[TupleRow]
    run_id: int | None
    ledger: Ledger
    visits: Mapping[str, Visit]
    limit: int | None = None
    """Pages that may still be asked for; None is no limit."""
    only_relooks: bool = False
    """No new pages: only fresh articles are looked at again."""
    busy: tuple[str, ...] = ()
    """Sources left out because another crawl has them."""
    orphans: int = 0
    """Open segments of killed crawls, put aside."""
    polled: int = 0
    page_answers: int = 0
    last_source: str | None = None
    fault: str | None = None
    """Why the crawl had to stop, when archive or database refused."""
    stopping: asyncio.Future[None] | None = None
    """The stop under way; kept so that it is not collected."""

    @property
    def channels(self) -> int:
        return sum(len(visit.channels) for visit in self.visits.values())

    @property
    def queued(self) -> int:
        return sum(visit.queued for visit in self.visits.values())

    def delay(self, source_id: str) -> float:
        """Least seconds between two requests to a host, before robots.txt has its say."""
        visit = self.visits.get(source_id)
        return max(self.settings.delay, (visit.source.delay or 0.0) if visit else 0.0)

    def resting(self) -> list[Rest]:
        """Hosts that were left alone by an earlier crawl and rest still."""
        return hosts.resting(self.conn)

    def let_rest(self, rest: Rest) -> None:
        """Every crawl leaves this host alone."""
        hosts.let_rest(self.conn, rest)

    def rules_read(self, origin: str, file: RulesFile) -> RulesRead | None:
        """robots.txt or tdmrep.json as read less than a day ago."""
        return hosts.rules_read(self.conn, origin, file, RULES_KEPT)

    def keep_rules(self, origin: str, file: RulesFile, rules: RulesRead) -> None:
        """Remember them for a day."""
        hosts.keep_rules(self.conn, origin, file, rules)

    def begin_pages(self, visit: Visit) -> None:
        """All channels of the source have been looked at: line up the pages that wait, then what is looked at again."""
        if not self.only_relooks:
            visit.queue.extend(frontier.waiting_pages(self.conn, visit.source.id, self.limit))
        visit.queue.extend(relooks.due_again(self.conn, visit.source.id, RELOOKS_AT_MOST))

    def next_pages(self, visit: Visit) -> Sequence[PageToFetch]:
        """The pages to ask for now; they count as in flight."""
        pages: list[PageToFetch] = []
        while visit.in_flight < _IN_FLIGHT and (self.limit is None or self.limit > 0):
            if not visit.loaded:
                ids = [visit.queue.popleft() for _ in range(min(_LOADED_AT_ONCE, len(visit.queue)))]
                if not ids and visit.once_more:
                    first = visit.once_more.pop(next(iter(visit.once_more)))
                    visit.second_tries[first.page.id] = first
                    visit.loaded.append(first.page)
                    continue
                if not ids:
                    break
                visit.loaded.extend(frontier.pages_to_fetch(self.conn, ids))
                continue
            pages.append(visit.loaded.popleft())
            visit.in_flight += 1
            if self.limit is not None:
                self.limit -= 1
        return pages


def work_of(crawler: Crawler) -> Work:
    """The work of a running crawl's spider. Raises RuntimeError before it is open."""
    work = getattr(crawler.spider, "work", None)
    if not isinstance(work, Work):
        raise RuntimeError("the crawl has no spider yet")  # noqa: TRY004 - a state, not a type
    return work
