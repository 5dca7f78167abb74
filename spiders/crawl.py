"""One crawl in this process, from the catalogue in PostgreSQL to the statistics file.

Run it as a child (:mod:`spiders.launch`): Twisted's reactor starts once in a process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow
from scrapy.crawler import AsyncCrawlerProcess

from processing.archive.orphans import sweep_orphans
from processing.archive.writing import check_writable
from processing.errors import CrawlError
from processing.settings import Settings
from processing.store import channels, frontier, relooks, runs
from processing.store.connect import connect, require_schema
from spiders.catalogue import Source, load_catalogue
from spiders.hosts import hosts_of
from spiders.ledger import Ledger
from spiders.press import PressSpider
from spiders.reporting import report, write_report
from spiders.settings import scrapy_settings, software
from spiders.work import Visit, Work

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What a crawl is asked to do."""

    stats: Path
    """Where to write the statistics."""
    run_id: int | None = None
    sources: tuple[str, ...] = ()
    """Look at every channel of these; none: at what is due everywhere."""
    limit: int | None = None
    """Pages to ask for at most."""
    all_due: bool = False
    """Look at every channel whether due or not."""
    only_relooks: bool = False
    """Look at no channel and fetch no new page, only look at fresh articles again."""
    patience: float = 20.0
    """Seconds to wait for a source that another crawl still holds: as long as a stopped crawl may take to end."""


def run(settings: Settings, database_url: str, order: Order, lifeline: int | None = None) -> None:
    """Crawl. ``lifeline`` is a pipe whose other end the parent holds: the crawl stops when it closes.

    Raises CrawlError, CatalogueError, StoreError or ArchiveError when it cannot begin.
    """
    catalogue = {source.id: source for source in load_catalogue(settings.catalogue)}
    check_writable(settings.archive)
    with connect(database_url) as conn:
        require_schema(conn)
        if order.run_id is not None:
            runs.hold(conn, order.run_id)
        orphans = sweep_orphans(settings.archive, lambda path: frontier.is_registered(conn, path))
        for orphan in orphans:
            logger.warning(
                "put aside %s, which a killed crawl left; its pages are fetched again", orphan.name
            )
        visits, busy = _visits(conn, catalogue, order)
        label = visits[0].source.id if len(visits) == 1 else "night"
        ledger = Ledger(conn, order.run_id, settings.archive, label, software())
        work = Work(
            settings=settings,
            conn=conn,
            run_id=order.run_id,
            ledger=ledger,
            visits={visit.source.id: visit for visit in visits},
            limit=order.limit,
            only_relooks=order.only_relooks,
            busy=busy,
            orphans=len(orphans),
        )
        if not visits:
            write_report(order.stats, report(work, "finished", 0.0, {}))
            return
        process = AsyncCrawlerProcess({**scrapy_settings(settings), "STATS_FILE": str(order.stats)})
        process.crawl(PressSpider, work=work)
        if lifeline is not None:
            _stop_with_parent(lifeline)
        process.start()


def _visits(
    conn: Connection[TupleRow], catalogue: dict[str, Source], order: Order
) -> tuple[list[Visit], tuple[str, ...]]:
    """The sources to go to, each held for this crawl, and those that another crawl has."""
    all_due = order.all_due or bool(order.sources)
    wanted = _wanted(conn, order)
    visits: list[Visit] = []
    deadline = time.monotonic() + order.patience
    waiting = list(dict.fromkeys(wanted))
    while waiting:
        held = [
            source_id
            for source_id in waiting
            if frontier.hold_source(
                conn, source_id, hosts_of(catalogue[source_id]) if source_id in catalogue else ()
            )
        ]
        waiting = [source_id for source_id in waiting if source_id not in held]
        for source_id in held:
            if source_id not in catalogue:
                raise CrawlError(
                    f"source {source_id} is in the database but not in the catalogue: sync the catalogue"
                )
            feeds = () if order.only_relooks else channels.feeds_of(conn, source_id, all_due=all_due)
            visits.append(Visit(catalogue[source_id], tuple(feeds)))
        if not waiting or time.monotonic() >= deadline:
            break
        time.sleep(0.5)
    for source_id in waiting:
        logger.warning("%s: another crawl is at it or at its host; left out", source_id)
    visits.sort(key=lambda visit: visit.source.id)
    return visits, tuple(waiting)


def _wanted(conn: Connection[TupleRow], order: Order) -> Sequence[str]:
    if order.only_relooks:
        due = relooks.sources_to_look_again(conn)
        return [source for source in due if source in order.sources] if order.sources else due
    return order.sources or (frontier.active_sources(conn) if order.all_due else frontier.due_sources(conn))


def _stop_with_parent(lifeline: int) -> None:
    """Stop as on SIGTERM when the parent is gone: nobody would read what we find, and its retry wants to start."""
    loop = asyncio.get_event_loop()

    def parent_gone() -> None:
        loop.remove_reader(lifeline)
        logger.warning("the parent process is gone; stopping")
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(lifeline, parent_gone)
