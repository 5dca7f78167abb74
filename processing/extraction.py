"""The stage « extract »: pending archive records become articles.

A batch of pages is claimed, cleaned and stored in one transaction that also moves the pages on, so the
stage may be killed anywhere, repeated, or run by several workers at once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.archive.reading import read_record
from processing.clean import EXTRACTOR_VERSION, Article, Rejected, extract_page
from processing.clean.body import free_memory
from processing.deadline import TooLong, at_most
from processing.errors import ArchiveError, PageError, StoreError, VedetteError
from processing.settings import Settings
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import articles, runs
from processing.store.articles import Cleaned, PendingPage
from processing.store.connect import connect, require_schema

PAGE_SECONDS = 10.0
"""Of processor time for one page. The slowest of 1,030 recorded ones took 0.14."""

BATCH = 50
"""Pages in one transaction: about a second of work, and what a kill costs at most."""

LEAST = 10
"""In one of the last batches, which several workers share."""


def extract_pending(
    settings: Settings,
    database_url: str,
    *,
    workers: int = 1,
    limit: int | None = None,
    on_progress: OnProgress = silent,
) -> StageOutcome:
    """Turn every fetched page into an article, a rejection or a row of ``quarantine``.

    Counts: ``articles``, ``not_article``, ``not_french``, ``duplicate``, ``quarantined``, and of the articles the
    ``undated``, which have a row of ``quarantine`` too. ``workers`` processes share the work; ``limit`` bounds the
    pages. Raises ArchiveError when a sealed segment is not where it was registered, and VedetteError when a worker is
    killed: faults of the machine, not of the pages.
    """
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "extract", versions={"extractor": EXTRACTOR_VERSION}) as run:
            waiting = articles.count_pending(conn)
            total = min(waiting, limit) if limit is not None else waiting
            on_progress(Progress("extract", 0, total))
            try:
                for batch in _work(settings.archive, database_url, run.id, workers=workers, total=total):
                    run.counts += batch
                    on_progress(Progress("extract", articles.pages_in(run.counts), total))
            except BrokenProcessPool:
                raise VedetteError(
                    "a worker of extract was killed (out of memory?); nothing is lost, run it again, "
                    "with fewer --workers if that helps"
                ) from None
        return run.outcome


def _work(
    archive: Path, database_url: str, run_id: int, *, workers: int, total: int
) -> Iterator[Counter[str]]:
    """Yield the counts of each batch until ``total`` pages are done or none is left.

    This process is one of the workers: it has everything loaded, for which a new one needs a second.
    """
    asked, exhausted = 0, False
    open_batches: set[Future[Counter[str]]] = set()
    with connect(database_url) as conn, _helpers(workers - 1) as pool, _loaded_left_alone():
        while True:
            # One batch waits for each helper, for this process looks after them only between two of its own.
            while pool and asked < total and not exhausted and len(open_batches) < 2 * (workers - 1):
                size = _size(total - asked, workers)
                open_batches.add(pool.submit(_batch_of_helper, archive, database_url, run_id, size))
                asked += size
            own = asked < total and not exhausted
            if own:
                size = _size(total - asked, workers)
                asked += size
                counts = _batch(conn, archive, run_id, size)
                exhausted = not counts
                yield counts
            elif not open_batches:
                return
            finished, open_batches = wait(
                open_batches, timeout=0 if own else None, return_when=FIRST_COMPLETED
            )
            for future in finished:
                counts = future.result()
                exhausted = exhausted or not counts
                yield counts


def _size(left: int, workers: int) -> int:
    """Pages of the next batch: fewer towards the end, so that all workers end at about the same time."""
    if workers == 1:
        return min(BATCH, left)
    return min(left, BATCH, max(LEAST, left // (2 * workers)))


@contextmanager
def _helpers(number: int) -> Iterator[ProcessPoolExecutor | None]:
    """Further processes; None for none. They end with the block, when they have done the batch they are at."""
    if not number:
        yield None
        return
    # Spawned, not forked: a fork would share the parent's connection and Airflow's threads.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(number, mp_context=context, initializer=_begin_helper, max_tasks_per_child=100)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _loaded_left_alone() -> Iterator[None]:
    """Garbage is looked for between two batches: what is there before the first need not be looked at each time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _begin_helper() -> None:
    _follow_parent()
    gc.freeze()


def _follow_parent() -> None:
    """Let a worker end with the process that feeds it, and not before.

    When that one is killed the worker would wait for work for ever; the batch it is at goes with it, rolled
    back, and is done by the next run. Ctrl-C reaches both: it is the parent's to handle, between two batches.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


@cache
def _connected(database_url: str) -> Connection[TupleRow]:
    """The one connection of a helper, which lives as long as its process."""
    return connect(database_url)


def _batch_of_helper(archive: Path, database_url: str, run_id: int, size: int) -> Counter[str]:
    return _batch(_connected(database_url), archive, run_id, size)


def _batch(conn: Connection[TupleRow], archive: Path, run_id: int, size: int) -> Counter[str]:
    """Extract one batch in one transaction; an empty count means that nothing waits (or others hold it)."""
    with conn.transaction():
        # A crash of the server takes the rows and the state of their pages together, which are then done again; the
        # row of the run, which is waited for, reaches the disk after all of them.
        conn.execute("SET LOCAL synchronous_commit = off")
        pages = articles.claim(conn, size)
        cleaned = [_clean(archive, page) for page in pages]
        counts = articles.store(conn, cleaned, run_id)
    free_memory()
    return counts


def _clean(archive: Path, page: PendingPage) -> Cleaned:
    path = page.segment_path(archive)
    if not path.exists():
        raise ArchiveError(f"segment {path} is not there: is VEDETTE_HOME the folder it was written under?")
    try:
        record = read_record(path, page.record_offset)
        with at_most(PAGE_SECONDS):
            result: Article | Rejected = extract_page(
                record.body,
                url=page.url,
                content_type=record.content_type or "",
                announced_title=page.announced_title,
                announced_at=page.announced_at,
                # The dates of other people's archives are those of their making, often not of the fetch.
                fetched_at=record.fetched_at if page.origin == "crawl" else datetime.now(UTC),
            )
    except TooLong:
        return Cleaned(page, failure=f"cleaning took more than {PAGE_SECONDS:.0f} seconds")
    except (PageError, ArchiveError) as error:
        return Cleaned(page, failure=str(error))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a page that trips a library is a row, not the end of the night
        return Cleaned(page, failure=f"{type(error).__name__}: {error}")
    return Cleaned(page, result)
