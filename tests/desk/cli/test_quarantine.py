"""``vedette quarantine``: what could not be digested is seen, looked at and tried again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.extraction import extract_pending
from processing.ingest import ingest
from processing.settings import Settings
from tests.processing.pressroom import html, warc

VEDETTE = Path(sys.executable).with_name("vedette")
UNDATED = html("Sans date").replace(b"2026-11-19T18:00:00+01:00", b"hier")


def vedette(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [VEDETTE, *arguments],
        capture_output=True,
        env={**settings.environment(), "COLUMNS": "160"},
        timeout=120,
        check=False,
    )


def fill(settings: Settings, tmp_path: Path) -> None:
    assert settings.database_url
    pages = {"https://www.exemple.fr/vide": b" ", "https://www.exemple.fr/sans": UNDATED}
    ingest(settings.database_url, [warc(tmp_path, {**pages, "https://www.exemple.fr/bon": html("Bon")})])
    extract_pending(settings, settings.database_url)


def held(settings: Settings, *more: str) -> dict[str, dict[str, object]]:
    done = vedette(settings, "quarantine", "list", "--json", *more)
    return {row["subject"].rpartition("/")[2]: row for row in map(json.loads, done.stdout.splitlines())}


def test_what_is_held_is_listed_with_the_reason(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    fill(settings, tmp_path)
    assert {name: (row["stage"], row["reason"]) for name, row in held(settings).items()} == {
        "vide": ("extract", "the page is empty"),
        "sans": ("date", "neither the page nor a channel gives a date to believe"),
    }
    assert set(held(settings, "--stage", "date")) == {"sans"}
    shown = vedette(settings, "quarantine", "list").stdout.decode()
    assert "https://www.exemple.fr/vide" in shown
    assert connection.execute("SELECT count(*) FROM press.article").fetchone() == (2,)


def test_the_recorded_page_can_be_looked_at(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    fill(settings, tmp_path)
    id = str(held(settings)["sans"]["id"])
    assert vedette(settings, "quarantine", "show", id, "--raw").stdout == UNDATED
    assert b"gives a date" in vedette(settings, "quarantine", "show", id).stdout


def test_a_later_try_that_goes_well_settles_it(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    fill(settings, tmp_path)
    connection.execute("UPDATE press.page SET announced_at = now() WHERE url LIKE '%/sans'")
    done = vedette(settings, "quarantine", "retry", "--stage", "date")
    assert (done.returncode, b"1 of 1 went well" in done.stderr) == (0, True)
    assert set(held(settings)) == {"vide"}
    assert held(settings, "--all")["sans"]["settled_at"] is not None
    assert connection.execute(
        "SELECT published_from FROM press.article WHERE url LIKE '%/sans'"
    ).fetchone() == ("feed",)


def test_what_fails_again_is_counted_and_fails_the_command(
    connection: Connection[TupleRow], settings: Settings, tmp_path: Path
) -> None:
    fill(settings, tmp_path)
    id = str(held(settings)["vide"]["id"])
    done = vedette(settings, "quarantine", "retry", id)
    assert (done.returncode, b"the page is empty" in done.stderr) == (1, True)
    assert held(settings)["vide"]["attempts"] == 2


def test_what_is_not_there_is_named(connection: Connection[TupleRow], settings: Settings) -> None:
    done = vedette(settings, "quarantine", "show", "99")
    assert (done.returncode, b"nothing is held under 99" in done.stderr) == (1, True)
    assert vedette(settings, "quarantine", "retry").returncode == 2
    assert vedette(settings, "quarantine", "list", "--stage", "rien").returncode == 2
