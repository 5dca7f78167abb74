"""What an operator reads at the top of Airflow's home page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts import watch
from desk.alerts.banner import ASK_EVERY, Asked, Line, ask, lines
from desk.stack.local_settings import write_local_settings
from processing.store import alerts
from processing.store.alerts import Glance
from tests.desk.alerts.conftest import DAY, break_feed

NOW = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
GOOD = Glance(
    sources=[],
    others=[],
    looked_at=NOW - timedelta(hours=1),
    night_at=NOW - timedelta(hours=6),
    night_outcome="done",
    asked=42,
    answered=42,
    articles=1310,
    mentions=1,
    flagged=True,
)


def test_after_a_good_night_it_tells_what_the_night_brought() -> None:
    assert lines(GOOD, NOW) == [("info", "Last night: 42 sources, 1,310 new articles, 1 mention.")]


def test_it_says_who_did_not_answer_and_that_the_flagger_is_still_to_come() -> None:
    assert lines(replace(GOOD, answered=40, mentions=0, flagged=False), NOW) == [
        ("info", "Last night: 40 of 42 sources, 1,310 new articles, 0 mentions so far.")
    ]


def test_sources_and_alerts_are_named_in_a_warning_above() -> None:
    (category, text), (_, night) = lines(
        replace(GOOD, sources=["Opex360", "RFI"], others=["stage:flag"]), NOW
    )
    assert category == "warning"
    assert text.startswith("**Sources failing, silent or low**: Opex360, RFI. **Alerts**: stage flag.")
    assert night.startswith("Last night: ")


def test_many_sources_are_counted_after_the_first_and_no_name_is_taken_for_markdown() -> None:
    (_, text), _ = lines(replace(GOOD, sources=["A*", *"BCDEFGHIJK"]), NOW)
    assert r"A\*, B, C, D, E, F, G, H and 3 more." in text


def test_a_night_that_failed_or_is_old_is_told_as_such() -> None:
    assert lines(replace(GOOD, night_outcome="failed"), NOW)[0][0] == "warning"
    assert lines(replace(GOOD, night_outcome="running"), NOW) == [
        ("info", "A night is running since 25 November, 02:00.")
    ]
    old = lines(replace(GOOD, night_at=NOW - 3 * DAY, looked_at=NOW - 3 * DAY), NOW)
    assert "**The watch has not looked** since 22 November, 08:00." in old[0][1]
    assert old[1][1].startswith("The last night (22 November, 08:00): 42 sources")


def test_before_the_first_night_it_tells_nothing() -> None:
    assert lines(Glance([], [], None, None, None, 0, 0, 0, 0, False), NOW) == []


@pytest.fixture
def told(press: Connection[TupleRow], database_url: str, tmp_path: Path) -> list[Line]:
    """What it says over a database where one source is down and another is silenced."""
    now = datetime.now(UTC)
    break_feed(press, "rfi")
    break_feed(press, "opex360")
    watch.look(press, tmp_path, now)
    alerts.silence(press, "source:opex360", until=now + DAY, because="moving", by="anne")
    return ask(lambda: database_url)


def test_it_reads_the_night_and_the_alerts_from_the_database(told: list[Line]) -> None:
    (category, wrong), night = told
    assert (category, night) == ("warning", ("info", "Last night: 2 sources, 31 new articles, 12 mentions."))
    assert "**Sources failing, silent or low**: RFI." in wrong
    assert "Opex360" not in wrong


def test_the_database_is_asked_once_a_minute_at_most(
    press: Connection[TupleRow], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    asked = Asked(lambda: ask(lambda: database_url))
    before = asked.lines()
    press.execute("DELETE FROM press.run")
    assert asked.lines() == before != []
    clock[0] += ASK_EVERY
    assert asked.lines() == []


def test_a_database_that_is_away_is_said_and_never_raised() -> None:
    ((category, text),) = ask(lambda: "postgresql://vedette:s3cret@127.0.0.1:9/vedette")
    assert category == "error"
    assert "cannot reach PostgreSQL at 127.0.0.1:9/vedette" in text
    assert "s3cret" not in text


def test_whatever_else_goes_wrong_is_said_without_its_details() -> None:
    def fail() -> str:
        raise RuntimeError("the password is s3cret")

    assert ask(fail) == [("error", "**Vedette cannot say how it is**: RuntimeError")]


def test_a_database_that_does_not_answer_holds_the_page_up_for_seconds_only(
    press: Connection[TupleRow], database_url: str
) -> None:
    with press.transaction():
        press.execute("LOCK TABLE press.alert")
        ((category, text),) = ask(lambda: database_url)
    assert (category, "statement timeout" in text) == ("error", True)


# As Airflow reads it, in a process of its own.
READ = """
import json
import airflow.settings
airflow.settings.initialize()
from airflow.api_fastapi.core_api.routes.ui.config import DASHBOARD_UIALERTS, UIAlert
print(json.dumps([[a.category, a.text] for a in DASHBOARD_UIALERTS if isinstance(a, UIAlert)]))
"""


def test_airflow_finds_it_in_its_local_settings(
    press: Connection[TupleRow], database_url: str, tmp_path: Path
) -> None:
    write_local_settings(tmp_path)
    environment = {
        **os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "VEDETTE_DATABASE_URL": database_url,
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", READ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == [
        ["info", "Last night: 2 sources, 31 new articles, 12 mentions."]
    ]
