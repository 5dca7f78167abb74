"""WARC files at addresses, and parts of files by date: as complete and as careful as whole ones on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.archive.fetching import Fetching
from processing.archive.writing import Exchange, SegmentWriter
from processing.extraction import extract_pending
from processing.ingest import ingest
from processing.settings import Settings
from tests.processing.pressroom import html, warc
from tests.spiders.website import Reply, Website

Conn = Connection[TupleRow]
PATH = "/CC-NEWS-1.warc.gz"


def rows(conn: Conn, query: Any) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in conn.execute(query)]


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as site:
        yield site


@pytest.fixture
def fetching(settings: Settings) -> Fetching:
    return Fetching(settings.archive, "Vedette/test", allow_private_hosts=True, timeout=5, waits=(0.0,))


def one_page_a_day(folder: Path) -> Path:
    """Pages recorded at noon on the first five days of November."""
    with SegmentWriter(folder, "november", "test") as writer:
        for day in range(1, 6):
            writer.write(
                Exchange(
                    url=f"https://www.exemple.fr/{day}",
                    status=200,
                    headers=[("Content-Type", "text/html; charset=utf-8")],
                    body=html(f"Le {day} novembre"),
                    fetched_at=datetime(2026, 11, day, 12, tzinfo=UTC),
                )
            )
        sealed = writer.seal()
        writer.registered()
    assert sealed is not None
    return folder / sealed.path


def test_a_file_at_an_address_becomes_articles_and_is_asked_for_once(
    connection: Conn, settings: Settings, database_url: str, fetching: Fetching, site: Website, tmp_path: Path
) -> None:
    site.answers[PATH] = Reply(
        200, warc(tmp_path, {"https://www.exemple.fr/a": html("Le port")}).read_bytes()
    )
    outcome, faults = ingest(database_url, [site.base + PATH], fetching=fetching)
    assert (faults, outcome.counts["pages"]) == ((), 1)
    assert extract_pending(settings, database_url).counts["articles"] == 1
    again, _ = ingest(database_url, [site.base + PATH], fetching=fetching)
    assert again.counts["known"] == 1
    assert len(site.log) == 1
    (path,) = rows(connection, "SELECT path FROM press.segment")
    assert Path(path).is_relative_to(settings.archive / "ingested")


def test_an_address_that_gives_nothing_is_a_row_until_it_does(
    connection: Conn, database_url: str, fetching: Fetching, site: Website, tmp_path: Path
) -> None:
    address = site.base + PATH
    held = "SELECT stage, subject, attempts FROM press.quarantine WHERE settled_at IS NULL"
    site.answers[PATH] = Reply(404)
    outcome, faults = ingest(database_url, [address], fetching=fetching)
    assert faults == (f"{address} cannot be fetched: HTTP 404 Not Found",)
    assert "away" not in outcome.counts
    assert rows(connection, held) == [("ingest", address, 1)]
    site.answers[PATH] = Reply(503)
    outcome, _ = ingest(database_url, [address], fetching=fetching)
    assert outcome.counts["away"] == 1
    assert rows(connection, held) == [("ingest", address, 2)]
    site.answers[PATH] = Reply(
        200, warc(tmp_path, {"https://www.exemple.fr/a": html("Le port")}).read_bytes()
    )
    ingest(database_url, [address], fetching=fetching)
    assert rows(connection, held) == []


def test_a_fetched_file_that_is_damaged_gives_what_is_whole_and_a_row(
    connection: Conn, database_url: str, fetching: Fetching, site: Website, tmp_path: Path
) -> None:
    pages = {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(6)}
    site.answers[PATH] = Reply(200, warc(tmp_path, pages).read_bytes()[:-1200])
    outcome, faults = ingest(database_url, [site.base + PATH], fetching=fetching)
    assert len(faults) == 1
    assert 4 <= outcome.counts["pages"] <= 5
    assert rows(connection, "SELECT subject FROM press.quarantine") == [site.base + PATH]


def test_only_records_of_the_range_become_pages_and_the_rest_may_be_asked_for_later(
    connection: Conn, database_url: str, tmp_path: Path
) -> None:
    file = one_page_a_day(tmp_path)
    since, until = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 4, 12, tzinfo=UTC)
    part, _ = ingest(database_url, [file], since=since, until=until)
    assert (part.counts["pages"], part.counts["new"], part.counts["outside"]) == (2, 2, 3)
    urls = "SELECT right(url, 1) FROM press.page ORDER BY 1"
    assert rows(connection, urls) == ["2", "3"]

    later, _ = ingest(database_url, [file], since=until)
    assert (later.counts["pages"], later.counts["new"]) == (2, 2)
    assert rows(connection, urls) == ["2", "3", "4", "5"]

    whole, _ = ingest(database_url, [file])
    assert (whole.counts["pages"], whole.counts["new"]) == (5, 1)
    assert rows(connection, "SELECT count(*), sum(records) FROM press.segment") == [(1, 5)]
    for asked in ({}, {"since": since}):
        assert ingest(database_url, [file], **asked)[0].counts["known"] == 1
