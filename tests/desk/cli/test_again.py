"""What the command does anew: old articles by date, fresh ones alone, archives from addresses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from tests.processing.pressroom import COOPERATION, html, warc
from tests.spiders.website import Reply, Website

Vedette = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vedette(settings: Settings) -> Vedette:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("vedette"), *arguments],
            capture_output=True, text=True, env=settings.environment(), timeout=120, check=False,
        )  # fmt: skip

    return run


def test_an_archive_is_read_from_its_address_and_its_articles_anew_by_date(
    vedette: Vedette, connection: Connection[TupleRow], tmp_path: Path
) -> None:
    with Website() as site:
        site.answers["/a.warc.gz"] = Reply(
            200, warc(tmp_path, {"https://www.exemple.fr/mer": html("Manœuvres", COOPERATION)}).read_bytes()
        )
        read = vedette(
            "ingest", f"{site.base}/a.warc.gz", "--since", "2026-11-20", "--until", "2026-11-21", "--json"
        )
    assert read.returncode == 0, read.stderr
    assert [json.loads(line)["stage"] for line in read.stdout.splitlines()] == ["ingest", "extract", "flag"]
    connection.execute("UPDATE press.article SET flagged_with = 'older'")
    connection.execute("DELETE FROM press.mention")
    for until, anew in (("2026-11-19", 0), ("2026-11-20", 1)):
        done = vedette("flag", "--again", "--since", "2026-11-01", "--until", until, "--json")
        counts = json.loads(done.stdout)
        assert (counts["anew"], counts["gained"], counts["lost"]) == (anew, anew, 0)


def test_a_range_that_ends_before_it_begins_is_wrong_usage(vedette: Vedette) -> None:
    done = vedette("flag", "--since", "2026-02-01", "--until", "2026-01-01")
    assert done.returncode == 2
    assert "is not after" in done.stderr


def test_a_recheck_with_nothing_fresh_asks_nobody(
    vedette: Vedette, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Website() as site:
        monkeypatch.setenv("VEDETTE_CATALOGUE", str(site.catalogue(tmp_path)))
        done = vedette("crawl", "--recheck", "--json")
        assert json.loads(done.stdout)["looked_again"] == 0
        assert site.log == []
