"""What each task of the night does, given the settings and the database; Airflow is not needed."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from desk.night.errors import NightFailed, SourceDown, TaskStopped
from desk.night.figures import CrawlFigures, NightFigures, batches
from processing.errors import CatalogueError
from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.settings import Settings
from processing.stage import OnProgress, StageOutcome, silent
from processing.store import runs
from processing.store.connect import connect
from processing.store.frontier import active_sources, due_sources
from processing.store.migrate import migrate
from spiders.catalogue import load_catalogue
from spiders.hosts import neighbours
from spiders.launch import crawl
from spiders.outcome import Progress as CrawlProgress
from spiders.outcome import SourceCounts
from spiders.sync import sync_catalogue

TASKS_AT_MOST = 1000
"""Crawl tasks in one night. Airflow maps a task over at most 1,024 things (``core.max_map_length``)."""


def open_night(
    settings: Settings, database_url: str, wanted: Sequence[str] = (), *, due_or_not: bool = False
) -> tuple[int, list[list[str]]]:
    """Begin the night: the schema and the catalogue are brought up to date, the sources listed.

    ``wanted`` names the sources to crawl; else all that are due, or all that there are with ``due_or_not``.
    Returns the id of the night's row in ``press.run`` and the sources of each crawl task; sources that share a host
    are one task, so that the host sees one connection. Raises
    CatalogueError for a bad catalogue, or for a wanted source that it does not have; StoreError when the
    database cannot be reached.
    """
    migrate(database_url)
    catalogue = load_catalogue(settings.catalogue)
    if unknown := sorted(set(wanted) - {source.id for source in catalogue}):
        raise CatalogueError(f"the catalogue has no source {', '.join(unknown)}: see `vedette sources list`")
    with connect(database_url) as conn:
        sync_catalogue(conn, catalogue)
        due = list(wanted) or (active_sources(conn) if due_or_not else due_sources(conn))
        run_id = runs.start(conn, "night", subject=", ".join(wanted) or None)
    wanted_now = set(due)
    return run_id, batches(neighbours(s for s in catalogue if s.id in wanted_now), TASKS_AT_MOST)


def crawl_sources(
    settings: Settings,
    database_url: str,
    sources: Sequence[str],
    on_progress: Callable[[CrawlProgress], None] | None = None,
) -> CrawlFigures:
    """Crawl the sources in a child process and tell what came of it. Raises CrawlError when nothing did."""
    outcome = crawl(settings, database_url, sources, on_progress=on_progress)
    down = [source for source, counts in outcome.per_source.items() if is_down(counts)]
    return CrawlFigures(
        sources=tuple(sources),
        new=outcome.totals["fetched"],
        failed=outcome.totals["failed"] + outcome.totals["polls_failed"],
        down=_reasons(database_url, down),
        run_id=outcome.run_id,
        seconds=round(outcome.seconds, 1),
    )


def is_down(counts: SourceCounts) -> bool:
    """Whether the source was asked and none of its feeds answered."""
    return counts.polls_failed > 0 and counts.polls_ok + counts.polls_unchanged == 0


def _reasons(database_url: str, sources: Sequence[str]) -> dict[str, str]:
    """Why these sources did not answer, as their feeds say."""
    if not sources:
        return {}
    with connect(database_url) as conn:
        told = conn.execute(
            "SELECT source_id, min(last_error) FROM press.feed WHERE source_id = ANY(%s) AND listed GROUP BY source_id",
            (list(sources),),
        )
        reasons: dict[str, str | None] = dict(told.fetchall())
    return {source: reasons.get(source) or "no feed answered" for source in sources}


def require_an_answer(figures: CrawlFigures) -> None:
    """Raise SourceDown when every source of the crawl was down."""
    if set(figures.down) == set(figures.sources):
        raise SourceDown("; ".join(f"{source}: {reason}" for source, reason in figures.down.items()))


def extract(settings: Settings, database_url: str, on_progress: OnProgress = silent) -> StageOutcome:
    """Extract every page that waits, from this night or an earlier one."""
    return extract_pending(settings, database_url, on_progress=on_progress)


def flag(database_url: str, on_progress: OnProgress = silent) -> StageOutcome:
    """Flag every article that waits."""
    return flag_pending(database_url, on_progress=on_progress)


def close_night(database_url: str, run_id: int | None, figures: NightFigures) -> None:
    """Write the figures into the night's row. Raises NightFailed when the night as a whole failed."""
    failure = figures.failure
    if run_id is not None:
        with connect(database_url) as conn:
            runs.finish(conn, run_id, "failed" if failure else "done", figures.counts(), failure)
    if failure:
        raise NightFailed(failure)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM end the work at once by raising TaskStopped, so that children are ended and rows closed.

    Airflow asks a task to end with SIGTERM and kills it five seconds later; its own handler only calls
    ``on_kill`` and lets the work go on until then.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TaskStopped("told to end before it was done; clear the task to do the rest")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
