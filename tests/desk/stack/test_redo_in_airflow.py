"""Older press and newer rules in a real Airflow: an archive is read, two months are read anew."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from tests.airflow_stack import AirflowStack
from tests.desk.stack.test_night_in_airflow import database
from tests.processing.pressroom import COOPERATION, html, warc
from tests.spiders.website import Reply, Website

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(400)]

PAGES = {
    "https://www.exemple.fr/mer": html("Manœuvres au large", COOPERATION),
    "https://www.exemple.fr/port": html("Le port rouvre"),
}
FLAGGED = "SELECT count(flagged_with) FROM press.article WHERE url LIKE 'https://www.exemple.fr/%'"
FOUND = """
    SELECT a.title, m.sentence FROM press.article a LEFT JOIN press.mention m ON m.article_id = a.id
    WHERE a.url LIKE 'https://www.exemple.fr/%' ORDER BY a.title
"""


@pytest.fixture(scope="module")
def ingested(stack: AirflowStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A file that comes in two pieces, another that is not there."""
    file = warc(tmp_path_factory.mktemp("archive"), PAGES).read_bytes()
    with Website() as site:
        site.answers["/CC-NEWS-1.warc.gz"] = Reply(200, file)
        site.answers["/CC-NEWS-2.warc.gz"] = Reply(404)
        stack.ensure_running()
        addresses = [f"{site.base}/CC-NEWS-{n}.warc.gz" for n in (1, 2)]
        run_id = stack.trigger("ingest_warc", {"addresses": addresses, "since": "2026-11-01"})
        run = stack.finished_run("ingest_warc", run_id)
    # The runs that extract and flag are looked at elsewhere; here it is enough that their work is done.
    deadline = time.monotonic() + 150
    with database(stack) as conn:
        while conn.execute(FLAGGED).fetchone() != (2,):
            assert time.monotonic() < deadline
            time.sleep(0.5)
    return run


def test_an_archive_at_an_address_becomes_articles_with_their_mentions(
    stack: AirflowStack, ingested: dict[str, Any]
) -> None:
    assert ingested["note"].startswith("**2 new pages** of 2 in 2 files.")
    names = {
        task["rendered_map_index"]: (task["state"], task["try_number"])
        for task in stack.tasks("ingest_warc", ingested["dag_run_id"])
        if task["task_id"] == "ingest"
    }
    assert names == {
        "CC-NEWS-1.warc.gz · 2 pages": ("success", 1),
        "CC-NEWS-2.warc.gz · 0 pages, 1 file not read whole": ("failed", 1),
    }
    with database(stack) as conn:
        assert conn.execute(FOUND).fetchall() == [
            ("Le port rouvre", None),
            ("Manœuvres au large", COOPERATION),
        ]


def test_a_backfill_over_two_months_reads_them_anew_and_tells_what_it_changed(
    stack: AirflowStack, ingested: dict[str, Any]
) -> None:
    with database(stack) as conn:
        by_older_rules(conn)
    answer = stack.api(
        "/api/v2/backfills",
        {
            "dag_id": "reflag",
            "from_date": "2026-01-01T00:00:00Z",
            "to_date": "2026-02-28T00:00:00Z",
            "reprocess_behavior": "completed",
        },
    )
    runs = backfilled(stack, answer["id"], 2)
    assert [run["data_interval_start"][:10] for run in runs] == ["2026-01-01", "2026-02-01"]
    assert [run["state"] for run in runs] == ["success"] * 2
    assert [run["note"] for run in runs] == [
        "**1 article read anew**, 1 mention gained, 1 lost.",
        "**1 article read anew**, 0 mentions gained, 0 lost.",
    ]
    with database(stack) as conn:
        assert conn.execute(FOUND).fetchall()[1] == ("Manœuvres au large", COOPERATION)
    events = stack.api("/api/v2/assets/events?limit=100")["asset_events"]
    mentions = [event["extra"] for event in events if event["source_dag_id"] == "reflag"]
    assert [(extra["anew"], extra["gained"], extra["lost"]) for extra in mentions] == [(1, 1, 1), (1, 0, 0)]


def by_older_rules(conn: psycopg.Connection[Any]) -> None:
    """One article of January with a mention that older rules saw elsewhere, one of February without any."""
    for title, day in (("Manœuvres au large", "2026-01-15"), ("Le port rouvre", "2026-02-15")):
        conn.execute(
            "UPDATE press.article SET published_at = %s::timestamptz, flagged_with = 'older' WHERE title = %s",
            (day, title),
        )
    conn.execute(
        "UPDATE press.mention m SET category = 'VISIT', sentence = 'older' FROM press.article a "
        "WHERE a.id = m.article_id AND a.title = 'Manœuvres au large'"
    )


def backfilled(stack: AirflowStack, backfill: int, count: int) -> list[dict[str, Any]]:
    """The runs of a backfill, once they have ended, in order of their dates."""
    deadline = time.monotonic() + 240
    while True:
        runs = stack.api("/api/v2/dags/reflag/dagRuns?run_type=backfill&order_by=logical_date")["dag_runs"]
        if len(runs) == count and all(run["state"] in ("success", "failed") for run in runs):
            return list(runs)
        assert time.monotonic() < deadline, [stack.tasks("reflag", run["dag_run_id"]) for run in runs]
        time.sleep(0.5)
