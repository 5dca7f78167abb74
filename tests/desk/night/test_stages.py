"""The tasks of a night, one by one, on a real database and a real press, without Airflow."""

from __future__ import annotations

import os
import signal
import time

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.night import stages
from desk.night.errors import NightFailed, SourceAway, SourceDown, SourceQuiet, TaskStopped
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


def test_a_site_that_is_away_is_tried_again_later_and_one_that_refuses_is_not(
    settings: Settings, database_url: str
) -> None:
    with Newsstand() as newsstand:
        newsstand.break_site("onde", "500")
        newsstand.break_site("lagune", "403")
        ours = of(settings, newsstand)
        stages.open_night(ours, database_url)
        away = stages.crawl_sources(ours, database_url, ["onde"])
        refused = stages.crawl_sources(ours, database_url, ["lagune"])
    with pytest.raises(SourceAway, match=r"onde: .* 500"):
        stages.require_an_answer(away)
    with pytest.raises(SourceDown, match="lagune: HTTP 403") as caught:
        stages.require_an_answer(refused)
    assert not isinstance(caught.value, SourceAway)


def test_a_source_that_brings_less_than_on_any_day_of_four_weeks_is_red(
    connection: Connection[TupleRow], settings: Settings, database_url: str
) -> None:
    with Newsstand() as newsstand:
        ours = of(settings, newsstand)
        stages.open_night(ours, database_url, ["lagune"])
        connection.execute(
            """
            WITH past AS (
                INSERT INTO press.poll (feed_id, at, outcome)
                SELECT id, now() - interval '40 days', 'items' FROM press.feed WHERE source_id = 'lagune')
            INSERT INTO press.page (source_id, url, fetch_url, state, discovered_at, first_fetched_at)
            SELECT 'lagune', concat('http://lagune/', d, '/', n), concat('http://lagune/', d, '/', n), 'gone', at, at
              FROM generate_series(1, 28) AS d, generate_series(1, 40) AS n,
                   LATERAL (SELECT now() - make_interval(days => d, hours => 12) AS at) AS day
            """
        )
        connection.commit()
        figures = stages.crawl_sources(ours, database_url, ["lagune"])
    with pytest.raises(SourceQuiet, match=r"lagune: 5 new pages in a day, usually 40, never fewer than 40"):
        stages.require_an_answer(figures)


def test_closing_writes_the_figures_and_fails_a_night_that_failed(
    connection: Connection[TupleRow], settings: Settings, database_url: str
) -> None:
    with Newsstand() as newsstand:
        run_id, _ = stages.open_night(of(settings, newsstand), database_url, ["heure"])
    good = NightFigures(asked=("heure",), crawls=(CrawlFigures(("heure",), new=6),))
    stages.close_night(database_url, run_id, good)
    told = "SELECT outcome, counts ->> 'pages_new', error FROM press.run WHERE id = %s"
    assert connection.execute(told, (run_id,)).fetchone() == ("done", "6", None)

    down = CrawlFigures(("heure",), failed=1, down={"heure": "HTTP 500"})
    with pytest.raises(NightFailed, match="none of 1 source"):
        stages.close_night(database_url, run_id, NightFigures(("heure",), (down,)))
    outcome, _, error = connection.execute(told, (run_id,)).fetchone() or ()
    assert outcome == "failed"
    assert "see the tasks crawl" in error


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
