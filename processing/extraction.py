"""The stage « extract »: pending archive records become articles.

A batch of pages is claimed, cleaned and stored in one transaction that also moves the pages on, so the
stage may be killed anywhere, repeated, or run by several workers at once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
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


def extract_batch(archive: Path, database_url: str, run_id: int, size: int = BATCH) -> Counter[str]:
    """Extract one batch in one transaction; an empty count means that nothing waits (or others hold it)."""
    with connect(database_url) as conn:
        counts = _batch(conn, archive, run_id, size)
    free_memory()
    return counts


def _work(
    archive: Path, database_url: str, run_id: int, *, workers: int, total: int
) -> Iterator[Counter[str]]:
    """Yield the counts of each batch until ``total`` pages are done or none is left."""
    if workers == 1:
        done = 0
        while done < total and (
            counts := extract_batch(archive, database_url, run_id, min(BATCH, total - done))
        ):
            done += articles.pages_in(counts)
            yield counts
        return
    # Spawned, not forked: a fork would share the parent's connection and Airflow's threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_follow_parent, max_tasks_per_child=100
    ) as pool:
        asked = 0
        open_batches: set[Future[Counter[str]]] = set()
        exhausted = False
        while open_batches or (asked < total and not exhausted):
            while asked < total and not exhausted and len(open_batches) < workers:
                size = min(BATCH, total - asked)
                open_batches.add(pool.submit(extract_batch, archive, database_url, run_id, size))
                asked += size
            finished, open_batches = wait(open_batches, return_when=FIRST_COMPLETED)
            for future in finished:
                counts = future.result()
                exhausted = exhausted or not counts
                yield counts


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


def _batch(conn: Connection[TupleRow], archive: Path, run_id: int, size: int) -> Counter[str]:
    with conn.transaction():
        pages = articles.claim(conn, size)
        cleaned = [_clean(archive, page) for page in pages]
        return articles.store(conn, cleaned, run_id)


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
