"""``vedette alerts``: what is wrong is listed, silenced, and sent."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from tests.desk.alerts.conftest import break_feed, press, service
from tests.desk.alerts.service import Service

__all__ = ["press", "service"]

VEDETTE = Path(sys.executable).with_name("vedette")
LATER = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"


@pytest.fixture
def vedette(settings: Settings, press: Connection[TupleRow], service: Service) -> Vedette:
    return Vedette(settings, service.address)


class Vedette:
    """The command, over a database in which RFI is down."""

    def __init__(self, settings: Settings, address: str) -> None:
        self.environment = {**settings.environment(), "COLUMNS": "200", "VEDETTE_ALERTS": address}

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [VEDETTE, "alerts", *arguments],
            capture_output=True, text=True, env=self.environment, timeout=60, check=False,
        )  # fmt: skip

    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self("--json").stdout.splitlines()]


def test_a_look_is_sent_and_listed(press: Connection[TupleRow], vedette: Vedette, service: Service) -> None:
    break_feed(press, "rfi")
    assert "nobody has looked yet" in vedette().stderr
    sent = vedette("send")
    assert (sent.returncode, sent.stderr.strip()) == (0, "sent to 1 address: 1 new, 0 fixed, 0 still")
    assert [message["title"] for message in service.messages] == ["Vedette: 1 new"]
    listed = vedette()
    assert "rfi: HTTP 503; `vedette sources check rfi`" in listed.stdout
    assert "1 alert open; last look 20" in listed.stderr
    assert "nothing has changed" in vedette("send").stderr


def test_a_dry_run_shows_the_message_and_changes_nothing(
    press: Connection[TupleRow], vedette: Vedette, service: Service
) -> None:
    break_feed(press, "rfi")
    shown = vedette("send", "--dry-run")
    assert shown.stdout.startswith("Vedette: 1 new\n\nNew:\n- source:rfi – rfi: HTTP 503")
    assert json.loads(vedette("send", "--dry-run", "--json").stdout)["title"] == "Vedette: 1 new"
    assert (service.messages, vedette.rows()) == ([], [])


def test_a_silence_needs_an_alert_a_reason_and_a_day_to_come(
    press: Connection[TupleRow], vedette: Vedette, service: Service
) -> None:
    break_feed(press, "rfi")
    vedette("send")
    silence = ("silence", "source:rfi", "--until", LATER, "--because", "new site")
    for wrong in (
        silence[:4],
        (*silence[:5], " "),
        ("silence", "source:rfi", "--until", "2020-01-01", "--because", "x"),
    ):
        assert vedette(*wrong).returncode == 2
    unknown = vedette("silence", "source:rif", *silence[2:])
    assert (unknown.returncode, "no alert is open under 'source:rif'" in unknown.stderr) == (1, True)
    assert vedette(*silence).returncode == 0
    (row,) = vedette.rows()
    assert (row["silenced"], row["silenced_because"]) == (True, "new site")
    assert (
        f"silenced until {datetime.fromisoformat(LATER) + timedelta(days=1):%Y-%m-%d} 00:00: new site"
        in vedette().stdout
    )
    assert vedette("unsilence", "source:rfi").returncode == 0
    assert [row["silenced"] for row in vedette.rows()] == [False]
    again = vedette("unsilence", "source:rfi")
    assert (again.returncode, "is not silenced" in again.stderr) == (1, True)


def test_a_message_that_is_not_taken_is_an_error_and_one_without_an_address_too(
    press: Connection[TupleRow], vedette: Vedette, service: Service
) -> None:
    break_feed(press, "rfi")
    service.status = 500
    refused = vedette("send")
    assert (refused.returncode, "JSON (address 1)" in refused.stderr) == (1, True)
    assert "s3cret" not in vedette("--debug", "send").stderr
    assert [row["told_at"] for row in vedette.rows()] == [None]
    vedette.environment["VEDETTE_ALERTS"] = ""
    assert "VEDETTE_ALERTS is not set" in vedette("send").stderr
