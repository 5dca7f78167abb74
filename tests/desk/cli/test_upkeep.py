"""``vedette db backup``, ``restore`` and ``upkeep``, as people and programs use them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings

VEDETTE = Path(sys.executable).with_name("vedette")
Vedette = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vedette(settings: Settings) -> Vedette:
    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [VEDETTE, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env={**settings.environment(), **environment}, timeout=120, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def article(connection: Connection[TupleRow]) -> int:
    """The id of an article that stands in the database, with its page and segment."""
    [(id,)] = connection.execute(
        """
        WITH held AS (
            INSERT INTO press.segment (path, records, bytes, sha256) VALUES ('a.warc.gz', 1, 1, 'x') RETURNING id
        ), page AS (
            INSERT INTO press.page (url, fetch_url, state, segment_id, record_offset)
            SELECT 'https://www.exemple.fr/a', '', 'extracted', id, 0 FROM held RETURNING id
        )
        INSERT INTO press.article (page_id, url, title, body, language, words, extractor_version)
        SELECT id, 'https://www.exemple.fr/a', 'Le port rouvre', 'Il rouvre.', 'fr', 5, '1' FROM page RETURNING id
        """
    ).fetchall()
    return int(id)


@pytest.mark.usefixtures("article")
def test_a_backup_is_made_tested_and_put_back(vedette: Vedette, connection: Connection[TupleRow]) -> None:
    done = vedette("db", "backup", "--test", "--json")
    assert done.returncode == 0, done.stderr
    (made,) = map(json.loads, done.stdout.splitlines())
    assert made["rows"]["article"] == 1
    assert made["restored_at"]
    assert "restored and compared: " in done.stderr
    connection.execute("DELETE FROM press.article")
    refused = vedette("db", "restore", made["path"])
    assert refused.returncode == 1
    assert refused.stderr.startswith("vedette: ")
    assert "--empty-first" in refused.stderr
    asked = vedette("db", "restore", made["path"], "--empty-first")
    assert asked.returncode == 1
    assert "Put the backup of " in asked.stderr
    back = vedette("db", "restore", made["path"], "--empty-first", "--yes")
    assert back.returncode == 0, back.stderr
    assert "compared with what was dumped" in back.stderr
    assert connection.execute("SELECT title FROM press.article").fetchall() == [("Le port rouvre",)]


def test_a_backup_without_json_prints_where_it_lies(vedette: Vedette) -> None:
    done = vedette("db", "backup")
    assert Path(done.stdout.strip()).is_file()
    assert done.stderr.startswith("backup ")


def test_a_disk_without_room_is_one_clear_line_and_leaves_nothing(
    vedette: Vedette, settings: Settings
) -> None:
    # What a full disk does, for one process: writing beyond this size fails.
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [VEDETTE, "db", "backup"], capture_output=True, text=True, env=settings.environment(),
        preexec_fn=small, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("vedette: ")
    assert done.stderr.endswith("the backup failed: File size limit exceeded\n")
    assert done.stderr.count("\n") == 1
    assert list(settings.backup_folder.iterdir()) == []


def test_upkeep_says_what_would_go_and_what_is_large(vedette: Vedette) -> None:
    done = vedette("db", "upkeep", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["segments"], row["dry_run"]) == (0, True)
    assert row["largest"]
    shown = vedette("db", "upkeep")
    assert "gone: 0 segments; " in shown.stderr
    assert "article" in shown.stdout


def test_a_setting_that_would_blind_the_views_is_refused(vedette: Vedette) -> None:
    done = vedette("db", "upkeep", VEDETTE_KEEP_POLLS="7")
    assert done.returncode == 1
    assert done.stderr.startswith("vedette: VEDETTE_KEEP_POLLS='7' cannot be used")


def test_what_is_no_longer_kept_is_said_so(
    vedette: Vedette, connection: Connection[TupleRow], article: int
) -> None:
    connection.execute(
        "INSERT INTO press.quarantine (stage, subject, page_id, reason) "
        "SELECT 'date', url, page_id, 'no date' FROM press.article"
    )
    connection.execute("UPDATE press.segment SET removed_at = '2026-11-20T12:00:00Z'")
    told = "its recording is no longer kept (removed on 2026-11-20)"
    [(held,)] = connection.execute("SELECT id FROM press.quarantine").fetchall()
    for command in (("quarantine", "show", str(held), "--raw"), ("quarantine", "retry", str(held))):
        done = vedette(*command)
        assert done.returncode == 1
        assert told in done.stderr
    assert told in vedette("show", str(article)).stdout
