"""``vedette alerts``: what is wrong is listed, silenced, and sent."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.cli import main, printing
from processing.settings import Settings
from tests.desk.alerts.conftest import break_feed, press, service
from tests.desk.alerts.service import Service

__all__ = ["press", "service"]

LATER = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"


@dataclass(frozen=True)
class Done:
    status: int
    stdout: str
    stderr: str


class Vedette:
    """The command as `vedette` runs it, in this process: a new one for each call would take most of the time."""

    def __init__(self, patch: pytest.MonkeyPatch, output: pytest.CaptureFixture[str]) -> None:
        self.patch, self.output = patch, output

    def __call__(self, *arguments: str) -> Done:
        self.patch.setattr(sys, "argv", ["vedette", "alerts", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return Done(int(left.value.code or 0), *self.output.readouterr())

    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self("--json").stdout.splitlines()]


@pytest.fixture
def vedette(
    settings: Settings,
    press: Connection[TupleRow],
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Vedette:
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VEDETTE_ALERTS", service.address)
    monkeypatch.setattr(printing.out, "width", 200)
    return Vedette(monkeypatch, capsys)


def test_a_look_is_sent_and_listed(press: Connection[TupleRow], vedette: Vedette, service: Service) -> None:
    break_feed(press, "rfi")
    assert "nobody has looked yet" in vedette().stderr
    sent = vedette("send")
    assert (sent.status, sent.stderr.strip()) == (0, "sent to 1 address: 1 new, 0 fixed, 0 still")
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
    assert vedette(*silence[:5], " ").status == 2
    assert vedette("silence", "source:rfi", "--until", "2020-01-01", "--because", "x").status == 2
    unknown = vedette("silence", "source:rif", *silence[2:])
    assert (unknown.status, "no alert is open under 'source:rif'" in unknown.stderr) == (1, True)
    assert vedette(*silence).status == 0
    assert (
        f"silenced until {datetime.fromisoformat(LATER) + timedelta(days=1):%Y-%m-%d} 00:00: new site"
        in vedette().stdout
    )
    assert vedette("unsilence", "source:rfi").status == 0
    assert [row["silenced"] for row in vedette.rows()] == [False]
    again = vedette("unsilence", "source:rfi")
    assert (again.status, "is not silenced" in again.stderr) == (1, True)


def test_a_message_that_is_not_taken_is_an_error_and_one_without_an_address_too(
    press: Connection[TupleRow], vedette: Vedette, service: Service
) -> None:
    break_feed(press, "rfi")
    service.status = 500
    refused = vedette("send")
    assert (refused.status, "JSON (address 1)" in refused.stderr) == (1, True)
    assert "s3cret" not in refused.stderr
    assert [row["told_at"] for row in vedette.rows()] == [None]
    vedette.patch.setenv("VEDETTE_ALERTS", "")
    assert "VEDETTE_ALERTS is not set" in vedette("send").stderr
