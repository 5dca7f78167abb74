"""Start an inspection as a child process: Twisted's reactor starts once in a process."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from processing.errors import CrawlError
from processing.settings import NO_CONTACT, Settings
from spiders.inspection.entry import Stated
from spiders.inspection.findings import Inspection, Step, Target

log = logging.getLogger("vedette.inspection")

STOP_SECONDS = 10.0
"""How long a stopped inspection may take to end before it is killed."""


def inspect(
    settings: Settings,
    targets: Sequence[Target],
    stated: Stated | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Iterator[Inspection]:
    """Look at sources and yield what was found of each, as soon as it is known; nothing is stored anywhere.

    ``stated`` is what a person says of a source that is not in the catalogue. ``on_step`` is called before each
    request. Raises CrawlError when the inspecting process ends before it has looked at all of them. An exception that
    stops the caller stops the child.
    """
    if settings.contact == NO_CONTACT and not settings.allow_private_hosts:
        log.warning("VEDETTE_CONTACT is not set: publishers see no address to write to")
    left = {target.source.id for target in targets}
    with _child(settings, targets, stated or Stated()) as (child, words):
        while left:
            try:
                word: Step | Inspection = words.recv()
            except EOFError:
                break
            if isinstance(word, Inspection):
                left.discard(word.source.id)
                yield word
            elif on_step is not None:
                on_step(word)
        if left:
            child.join(STOP_SECONDS)
            raise CrawlError(
                f"the inspecting process ended (exit status {child.exitcode}) before it had looked at "
                f"{', '.join(sorted(left))}; run it again with --debug"
            )


@contextmanager
def _child(
    settings: Settings, targets: Sequence[Target], stated: Stated
) -> Iterator[tuple[SpawnProcess, Connection]]:
    # Spawned, not forked: a fork would have the parent's threads and open files.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_inspect, args=(settings, tuple(targets), stated, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        yield child, ours
        child.join(STOP_SECONDS)
    finally:
        if child.is_alive():
            child.terminate()
            child.join(STOP_SECONDS)
        if child.is_alive():
            child.kill()
        ours.close()


def _inspect(settings: Settings, targets: tuple[Target, ...], stated: Stated, words: Connection) -> None:
    """The child: run the spider and send what it finds."""
    # Ctrl-C reaches the whole group; the parent handles it and ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR)
    logging.basicConfig(handlers=[handler], format="%(levelname)s %(name)s %(message)s")
    from scrapy.crawler import AsyncCrawlerProcess

    from spiders.inspection.inspector import InspectingSpider

    def found(word: Step | Inspection) -> None:
        try:
            words.send(word)
        except BrokenPipeError:
            # Whoever wanted to know is gone.
            os._exit(1)

    process = AsyncCrawlerProcess(inspecting_settings(settings))
    process.crawl(InspectingSpider, settings=settings, targets=targets, stated=stated, found=found)
    process.start(install_signal_handlers=False)


def inspecting_settings(settings: Settings) -> dict[str, Any]:
    """Scrapy's settings of a crawl, without archive, ledger and statistics; the middlewares of politeness stay."""
    from spiders.settings import scrapy_settings

    crawl = scrapy_settings(settings)
    middlewares = {
        name: place
        for name, place in crawl["DOWNLOADER_MIDDLEWARES_BASE"].items()
        if name != "spiders.middlewares.witness.Witness"
    }
    return {
        **crawl,
        "DOWNLOADER_MIDDLEWARES_BASE": {**middlewares, "spiders.inspection.overheard.Overhearing": 25},
        "EXTENSIONS_BASE": {"scrapy.extensions.corestats.CoreStats": 0},
        "ITEM_PIPELINES": {},
    }
