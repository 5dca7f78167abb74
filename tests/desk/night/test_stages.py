"""The tasks of a night, one by one, on a real database and a real press, without Airflow."""

from __future__ import annotations

import os
import signal
import time

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.night import stages
from desk.night.errors import NightFailed, SourceDown, TaskStopped
from desk.night.figures import CrawlFigures, NightFigures
from processing.errors import CatalogueError
from processing.settings import Settings
from processing.store.connect import connect
from tests.newsstand import Newsstand


def of(settings: Settings, newsstand: Newsstand) -> Settings:
    catalogue = newsstand.write_catalogue(settings.home / "newsstand.yaml")
    return settings.model_copy(update={"catalogue": catalogue})


def test_a_first_night_looks_at_every_source_one_task_each(settings: Settings, database_url: str) -> None:
    with Newsstand() as newsstand:
        run_id, tasks = stages.open_night(of(settings, newsstand), database_url)
    assert sorted(tasks) == [[source] for source in sorted(newsstand.sites)]
    with connect(database_url) as conn:
        assert conn.execute("SELECT stage, outcome FROM press.run WHERE id = %s", (run_id,)).fetchone() == (
            "night",
            "running",
        )


def test_a_night_for_wanted_sources_looks_at_those_alone(settings: Settings, database_url: str) -> None:
    with Newsstand() as newsstand:
        ours = of(settings, newsstand)
        assert stages.open_night(ours, database_url, ["heure", "neva"])[1] == [["heure"], ["neva"]]
        with pytest.raises(CatalogueError, match="no source nowhere"):
            stages.open_night(ours, database_url, ["heure", "nowhere"])


def test_sources_that_were_looked_at_a_moment_ago_are_not_due(settings: Settings, database_url: str) -> None:
    with Newsstand() as newsstand:
        ours = of(settings, newsstand)
        stages.open_night(ours, database_url)
        stages.crawl_sources(ours, database_url, ["lagune"])
        due = stages.open_night(ours, database_url)[1]
        every = stages.open_night(ours, database_url, due_or_not=True)[1]
    assert ["lagune"] not in due
    assert len(due) == len(newsstand.sites) - 1
    assert len(every) == len(newsstand.sites)


def test_a_crawl_tells_what_it_brought_and_which_source_is_down(
    settings: Settings, database_url: str
) -> None:
    with Newsstand() as newsstand:
        newsstand.break_site("onde")
        ours = of(settings, newsstand)
        stages.open_night(ours, database_url)
        figures = stages.crawl_sources(ours, database_url, ["lagune", "onde"])
    assert figures.new > 0
    assert list(figures.down) == ["onde"]
    assert figures.down["onde"] != "no feed answered", "the reason is the one the feed tells"
    stages.require_an_answer(figures)


def test_a_task_whose_every_source_is_down_fails_with_the_reason() -> None:
    with pytest.raises(SourceDown, match="onde: connection refused"):
        stages.require_an_answer(CrawlFigures(("onde",), failed=1, down={"onde": "connection refused"}))


def test_closing_writes_the_figures_and_fails_a_night_that_failed(
    connection: Connection[TupleRow], settings: Settings, database_url: str
) -> None:
    with Newsstand() as newsstand:
        run_id, _ = stages.open_night(of(settings, newsstand), database_url, ["heure"])
    good = NightFigures(
        asked=("heure",),
        crawls=(CrawlFigures(("heure",), new=6),),
        extracted={"articles": 5},
        flagged={"mentions": 9},
    )
    stages.close_night(database_url, run_id, good)
    told = "SELECT outcome, counts ->> 'mentions', error FROM press.run WHERE id = %s"
    assert connection.execute(told, (run_id,)).fetchone() == ("done", "9", None)

    with pytest.raises(NightFailed, match="flag"):
        stages.close_night(database_url, run_id, NightFigures(good.asked, good.crawls, good.extracted, None))
    outcome, _, error = connection.execute(told, (run_id,)).fetchone() or ()
    assert outcome == "failed"
    assert "the task flag" in error


def test_work_ends_at_once_when_its_task_is_told_to_end() -> None:
    def work() -> None:
        with stages.stoppable():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(30)

    before = signal.getsignal(signal.SIGTERM)
    begun = time.monotonic()
    with pytest.raises(TaskStopped):
        work()
    assert time.monotonic() - begun < 5
    assert signal.getsignal(signal.SIGTERM) is before
