"""`vedette brief` through a real process: what goes where, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.brief.period import day_of
from processing.settings import Settings
from tests.desk.newsroom import Found, Newsroom

ACCORD = "La Russie et la Chine ont signé un accord de défense."
VEDETTE = Path(sys.executable).with_name("vedette")


def vedette(settings: Settings, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [VEDETTE, "brief", *map(str, arguments)],
        env={**settings.environment(), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def night(connection: Connection[TupleRow]) -> None:
    room = Newsroom(connection)
    room.night()
    room.article("Signé", Found(ACCORD))


@pytest.mark.usefixtures("night")
def test_the_brief_is_markdown_on_stdout(settings: Settings) -> None:
    done = vedette(settings, "--date", "2026-11-25")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Brève du matin · mercredi 25 novembre 2026\n")
    assert f"\n> {ACCORD}\n" in done.stdout
    assert done.stdout.endswith("de Vedette.*\n")
    assert done.stderr == ""


@pytest.mark.usefixtures("night")
def test_a_page_is_written_to_a_file(settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "brief.html"
    done = vedette(
        settings, "--date", "2026-11-25", "--lang", "en", "--format", "html", "--output", page
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>\n<html lang=\"en\">")  # fmt: skip
    assert str(page) in done.stderr.replace("\n", "")


@pytest.mark.usefixtures("night")
def test_as_json_it_is_one_line(settings: Settings) -> None:
    done = vedette(settings, "--date", "2026-11-25", "--json")
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["stories"][0]["quote"] == ACCORD


def test_a_first_night_by_day_is_pointed_to_the_brief_it_stands_in(
    settings: Settings, connection: Connection[TupleRow]
) -> None:
    now = datetime.now(UTC)
    Newsroom(connection).article("Signé", Found(ACCORD), stored_at=now)
    done = vedette(settings, "--date", str(day_of(now) - timedelta(days=1)))
    assert "Aucune collecte" in done.stdout
    assert done.stderr.endswith(f"stands in the next brief: vedette brief --date {day_of(now)}\n")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--date", "demain"], 2, "is not a day"),
        (["--date", "9999-12-31"], 1, "give a day since"),
        (["--date", "2999-01-01"], 1, "too early"),
        (["--lang", "de"], 2, "--lang"),
        (["--json", "--format", "html"], 2, "choose one"),
        (["--date", "2026-11-25", "--output", "/nowhere/brief.md"], 1, "/nowhere/brief.md cannot be written"),
    ],
)
def test_bad_input_gives_one_clear_line(
    settings: Settings, connection: Connection[TupleRow], arguments: list[str], status: int, said: str
) -> None:
    done = vedette(settings, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
