"""What each task of the night does, given the settings and the database; Airflow is not needed."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from desk.night import checks
from desk.night.errors import NightFailed, SourceAway, SourceDown, SourceQuiet, TaskStopped
from desk.night.figures import CrawlFigures, NightFigures, batches
from processing.errors import CatalogueError
from processing.extraction import extract_pending
from processing.flagging import flag_pending
from processing.settings import Settings
from processing.stage import OnProgress, StageOutcome, silent
from processing.store import articles, mentions, runs
from processing.store.connect import connect
from processing.store.frontier import active_sources, due_sources
from processing.store.migrate import migrate
from processing.store.statements import statement
from processing.store.volume import daily_volume
from spiders.catalogue import Source, load_catalogue
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
    Returns the id of the night's row in ``press.run`` and the sources of each crawl task (see share_out). Raises
    CatalogueError for a bad catalogue, or for a wanted source that it does not have; StoreError when the
    database cannot be reached.
    """
    migrate(database_url)
    tasks = share_out(settings, database_url, wanted, due_or_not=due_or_not)
    with connect(database_url) as conn:
        return runs.start(conn, runs.NIGHT, subject=", ".join(wanted) or None), tasks


def share_out(
    settings: Settings, database_url: str, wanted: Sequence[str] = (), *, due_or_not: bool = False
) -> list[list[str]]:
    """The sources of each crawl task (see by_host)."""
    catalogue = load_catalogue(settings.catalogue)
    if unknown := sorted(set(wanted) - {source.id for source in catalogue}):
        raise CatalogueError(f"the catalogue has no source {', '.join(unknown)}: see `vedette sources list`")
    with connect(database_url) as conn:
        sync_catalogue(conn, catalogue)
        due = set(wanted or (active_sources(conn) if due_or_not else due_sources(conn)))
    return by_host(catalogue, due)


def by_host(catalogue: Iterable[Source], due: Collection[str]) -> list[list[str]]:
    """The due sources, for each task; those that share a host are one task, so that it sees one connection."""
    return batches(neighbours(source for source in catalogue if source.id in due), TASKS_AT_MOST)


def crawl_sources(
    settings: Settings,
    database_url: str,
    sources: Sequence[str],
    on_progress: Callable[[CrawlProgress], None] | None = None,
    *,
    limit: int | None = None,
) -> CrawlFigures:
    """Crawl the sources in a child process and tell what came of it. Raises CrawlError when nothing did."""
    outcome = crawl(settings, database_url, sources, limit=limit, on_progress=on_progress)
    down = [source for source, counts in outcome.per_source.items() if is_down(counts)]
    with connect(database_url) as conn:
        told = conn.execute(statement("why_down"), {"sources": down}).fetchall()
        reasons = {source: (reason or "no feed answered", passes) for source, reason, passes in told}
        volumes = daily_volume(conn, [source for source in sources if source not in down])
    return CrawlFigures(
        sources=tuple(sources),
        new=outcome.totals["fetched"],
        failed=outcome.totals["failed"] + outcome.totals["polls_failed"],
        down={source: reason for source, (reason, _) in reasons.items()},
        away=tuple(source for source, (_, passes) in reasons.items() if passes),
        quiet={volume.source_id: said for volume in volumes if (said := checks.quiet(volume))},
        run_id=outcome.run_id,
        seconds=round(outcome.seconds, 1),
    )


def is_down(counts: SourceCounts) -> bool:
    """Whether the source was asked and none of its feeds answered."""
    return counts.polls_failed > 0 and counts.polls_ok + counts.polls_unchanged == 0


def require_an_answer(figures: CrawlFigures) -> None:
    """Raise SourceDown (SourceAway, if it is to be tried again) when every source was down, SourceQuiet when one is."""
    if set(figures.down) == set(figures.sources):
        away = set(figures.away) & set(figures.down)
        told = "; ".join(f"{source}: {reason}" for source, reason in figures.down.items())
        raise SourceAway(told) if away else SourceDown(told)
    if figures.quiet:
        raise SourceQuiet("; ".join(f"{source}: {said}" for source, said in figures.quiet.items()))


def pages_wait(database_url: str) -> bool:
    """Whether any page waits for extraction."""
    with connect(database_url) as conn:
        return articles.count_pending(conn) > 0


def night_is_over(database_url: str) -> bool:
    """Whether no crawl, extraction or flagging is under way, and nothing waits for one of the last two."""
    with connect(database_url) as conn:
        runs.close_dead(conn)
        working = conn.execute(
            "SELECT FROM press.run WHERE outcome = 'running' AND stage = ANY (%s) LIMIT 1",
            (["crawl", "extract", "flag", "ingest"],),
        ).fetchone()
        return working is None and articles.count_pending(conn) + mentions.count_pending(conn) == 0


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
