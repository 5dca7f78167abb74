"""The night in a real Airflow: its scheduler, its workers, its API; the press is the newsstand's."""

from __future__ import annotations

import re
import signal
import time
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import psutil
import psycopg
import pytest

from tests.airflow_stack import AirflowStack
from tests.newsstand import Newsstand

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]

SOURCES = ["heure", "lagune", "onde"]
DOWN = "onde"
CRAWL = "overnight_crawl"


def database(stack: AirflowStack) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(stack.home / "postgresql"), user="postgres", dbname="vedette", autocommit=True
    )


@pytest.fixture(scope="module")
def night(stack: AirflowStack, newsstand: Newsstand) -> dict[str, Any]:
    """One night over three sources, one of which refuses."""
    newsstand.break_site(DOWN, "403")
    stack.ensure_running()
    run_id = stack.trigger(CRAWL, {"sources": SOURCES})
    return stack.finished_run(CRAWL, run_id)


@pytest.fixture(scope="module")
def tasks(stack: AirflowStack, night: dict[str, Any]) -> list[dict[str, Any]]:
    return stack.tasks(CRAWL, night["dag_run_id"])


@pytest.fixture(scope="module")
def extracted(stack: AirflowStack, night: dict[str, Any]) -> dict[str, Any]:
    return stack.run_started_by("extract_articles", night)


@pytest.fixture(scope="module")
def flagged(stack: AirflowStack, extracted: dict[str, Any]) -> dict[str, Any]:
    return stack.run_started_by("flag_mentions", extracted)


def test_each_stage_starts_the_next_and_mentions_are_in_postgresql_with_their_evidence(
    stack: AirflowStack,
    night: dict[str, Any],
    extracted: dict[str, Any],
    flagged: dict[str, Any],
    newsstand: Newsstand,
) -> None:
    assert [run["state"] for run in (night, extracted, flagged)] == ["success"] * 3
    with database(stack) as conn:
        found = conn.execute(
            "SELECT p.source_id, m.sentence FROM press.mention m JOIN press.article a ON a.id = m.article_id "
            "JOIN press.page p ON p.id = a.page_id"
        ).fetchall()
    assert {source for source, _ in found} <= {"heure", "lagune"}
    told = {sentence for _, sentence in found}
    expected = {
        mention.sentence
        for article in newsstand.expected().values()
        if article.id.startswith("heure/") and article.becomes == "article"
        for mention in article.mentions
    }
    assert len(told & expected) >= len(expected) / 2


def test_each_crawl_task_is_named_after_its_source_and_what_it_brought(tasks: list[dict[str, Any]]) -> None:
    crawls = {task["rendered_map_index"]: task["state"] for task in tasks if task["task_id"] == "crawl"}
    assert crawls == {
        "heure · 6 new, 0 failed": "success",
        "lagune · 5 new, 0 failed": "success",
        "onde · 0 new, 2 failed": "failed",
    }


def test_the_source_that_is_down_was_not_tried_again_and_the_night_went_on(
    tasks: list[dict[str, Any]],
) -> None:
    states = {(task["task_id"], task["map_index"]): (task["state"], task["try_number"]) for task in tasks}
    assert states["crawl", 2] == ("failed", 1)
    for task_id in ("due_sources", "close_crawl"):
        assert states[task_id, -1] == ("success", 1)


def test_the_notes_of_the_runs_tell_the_night(
    night: dict[str, Any], extracted: dict[str, Any], flagged: dict[str, Any]
) -> None:
    first, *rest = night["note"].split("\n\n")
    assert first == "**11 new pages**; 2 of 3 sources answered (down: onde)."
    assert any(line.startswith("**onde** is down: ") for line in rest)
    assert re.match(r"\*\*\d+ articles\*\*", extracted["note"])
    assert re.match(r"\*\*\d+ mentions\*\* in \d+ articles; \d+ articles read", flagged["note"])


def test_the_figures_are_in_the_run_row_and_in_the_asset_events(
    stack: AirflowStack, flagged: dict[str, Any]
) -> None:
    with database(stack) as conn:
        outcome, counts = conn.execute(
            "SELECT outcome, counts FROM press.run WHERE stage = 'night' ORDER BY id DESC LIMIT 1"
        ).fetchone() or (None, {})
        articles, mentions = conn.execute(
            "SELECT (SELECT count(*) FROM press.article), (SELECT count(*) FROM press.mention)"
        ).fetchone() or (0, 0)
    assert outcome == "done"
    assert (counts["sources"], counts["sources_down"]) == (3, 1)
    assert counts["pages_new"] == 11
    events = stack.api("/api/v2/assets/events")["asset_events"]
    extras = {event["name"]: event["extra"] for event in events}
    assert extras["pages"]["pages_new"] == 11
    assert extras["articles"]["articles"] == articles
    assert extras["mentions"]["mentions"] == mentions


def test_the_first_page_of_the_ui_tells_the_night(stack: AirflowStack, flagged: dict[str, Any]) -> None:
    told = " ".join(alert["text"] for alert in stack.api("/ui/config")["dashboard_alert"])
    assert "Last night: 2 of 3 sources" in told


def test_a_mention_leads_to_the_task_that_found_it(stack: AirflowStack, flagged: dict[str, Any]) -> None:
    with database(stack) as conn:
        (origin,) = conn.execute(
            "SELECT DISTINCT r.origin FROM press.mention m JOIN press.run r ON r.id = m.run_id"
        ).fetchone() or ("",)
    dag_id, run_id, task_id = re.fullmatch(r"/dags/(\w+)/runs/([^/]+)/tasks/(\w+)", origin).groups()  # type: ignore[union-attr]
    assert (dag_id, unquote(run_id), task_id) == ("flag_mentions", flagged["dag_run_id"], "flag")


def test_the_morning_brief_of_the_night_is_written(stack: AirflowStack, flagged: dict[str, Any]) -> None:
    day = (datetime.now(ZoneInfo("Europe/Paris")) + timedelta(hours=17, minutes=30)).date().isoformat()
    run = stack.finished_run("morning_brief", stack.trigger("morning_brief", {"day": day}))
    assert run["state"] == "success"
    assert re.match(r"\*\*\d+ mentions\*\* in \d+ new articles; 2 of 3 sources answered\.", run["note"])
    states = {task["task_id"]: task["state"] for task in stack.tasks("morning_brief", run["dag_run_id"])}
    assert states == {"night_is_over": "success", "write_brief": "success", "send_brief": "skipped"}
    html = (stack.home / "briefs" / f"{day}.html").read_text()
    with database(stack) as conn:
        sentences = [row[0] for row in conn.execute("SELECT sentence FROM press.mention").fetchall()]
    assert any(escape(sentence, quote=False) in html for sentence in sentences)


def test_the_watch_tells_which_source_is_down(stack: AirflowStack, flagged: dict[str, Any]) -> None:
    run = stack.finished_run("source_health", stack.trigger("source_health"))
    assert run["state"] == "success"
    assert "onde" in run["note"]


def test_a_second_night_finds_nothing_new_and_doubles_nothing(
    stack: AirflowStack, flagged: dict[str, Any]
) -> None:
    def rows() -> Any:
        with database(stack) as conn:
            return conn.execute(
                "SELECT (SELECT count(*) FROM press.page), (SELECT count(*) FROM press.article), "
                "(SELECT count(*) FROM press.mention)"
            ).fetchone()

    before = rows()
    again = stack.finished_run(CRAWL, stack.trigger(CRAWL, {"sources": SOURCES[:2]}))
    assert again["note"].startswith("**0 new pages**; 2 of 2 sources answered.")
    stack.run_started_by("flag_mentions", stack.run_started_by("extract_articles", again))
    assert rows() == before


def test_a_killed_crawl_is_tried_again_and_a_stop_in_its_middle_ends_it_and_it_goes_on_after(
    stack: AirflowStack, night: dict[str, Any], newsstand: Newsstand
) -> None:
    newsstand.site_delay = 3
    try:
        run_id = stack.trigger(CRAWL, {"sources": ["neva"]})
        crawling(stack)[0].kill()
        while (state := crawl_task(stack, run_id)["state"]) != "up_for_retry":
            assert state in ("running", "queued")
            time.sleep(0.2)
        clear_crawl(stack, run_id)
        crawls = crawling(stack)
        stack.send(signal.SIGTERM)
        assert stack.wait() == 0
        assert stack.said().rstrip().endswith("Everything is stopped.")
        assert stack.processes() == []
        assert not any(process.is_running() for process in crawls)
        assert not (stack.home / "airflow" / "up.json").exists()
        assert not (stack.home / "postgresql" / "postmaster.pid").exists()
    finally:
        newsstand.site_delay = 0
    stack.start()
    # The retry comes two minutes after the stop; nobody needs to wait for it here.
    assert crawl_task(stack, run_id)["state"] == "up_for_retry"
    clear_crawl(stack, run_id)
    deadline = time.monotonic() + 90
    while crawl_task(stack, run_id)["state"] != "success":
        assert time.monotonic() < deadline, crawl_task(stack, run_id)["state"]
        time.sleep(0.5)
    with database(stack) as conn:
        archived = conn.execute(
            "SELECT count(*), count(DISTINCT (segment_id, record_offset)) FROM press.page "
            "WHERE source_id = 'neva' AND state IN ('fetched', 'extracted')"
        ).fetchone()
    assert archived == (6, 6)


def crawl_task(stack: AirflowStack, run_id: str) -> dict[str, Any]:
    return next(task for task in stack.tasks(CRAWL, run_id) if task["task_id"] == "crawl")


def clear_crawl(stack: AirflowStack, run_id: str) -> None:
    stack.api(
        f"/api/v2/dags/{CRAWL}/clearTaskInstances",
        {"dag_run_id": run_id, "task_ids": ["crawl"], "dry_run": False, "only_failed": False},
    )


def crawling(stack: AirflowStack) -> list[psutil.Process]:
    """The processes of the crawl, once it is at work."""
    deadline = time.monotonic() + 60
    while not (crawls := [process for process in stack.processes() if is_crawl(process)]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return crawls


def is_crawl(process: psutil.Process) -> bool:
    try:
        return "spiders" in process.cmdline()
    except psutil.Error:
        return False
