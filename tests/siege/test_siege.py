"""A siege in small, and what a full or locked archive does to a crawl; ``python -m tests.siege`` does it at length."""

from __future__ import annotations

import os
import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.address import canonical
from processing.archive.reading import iterate
from processing.errors import CrawlError
from processing.ingest import ingest
from processing.settings import Settings
from spiders.launch import crawl
from tests.newsstand import Newsstand
from tests.siege.__main__ import Siege
from tests.siege.place import Place, may_mount, mount_read_only, unmount
from tests.siege.strikes import STRIKES

Conn = Connection[TupleRow]
BY_NAME = {f"{strike.name} ({strike.stage})": strike for strike in STRIKES}


def test_nights_under_siege_lose_nothing_double_nothing_and_leave_nothing_behind() -> None:
    with Place(disk=False) as place, Newsstand(released=40) as stand:
        siege = Siege(place, random.Random(3), stages=("crawl", "extract"), retries=0.0)  # noqa: S311
        siege.campaign(
            stand,
            [
                BY_NAME["kill both at the seal (crawl)"],
                BY_NAME["restart PostgreSQL (crawl)"],
                BY_NAME["kill the launcher (crawl)"],
                BY_NAME["kill a worker of extract (extract)"],
            ],
            first=1,
        )
    assert siege.wrong == []


class Archive:
    """A crawl of the sample press, and what became of its archive."""

    def __init__(self, stand: Newsstand, settings: Settings, conn: Conn) -> None:
        self.stand, self.settings, self.conn = stand, settings, conn

    def crawl(self) -> None:
        assert self.settings.database_url
        crawl(self.settings, self.settings.database_url, all_due=True)

    def asked(self) -> int:
        articles = {self.stand.url_of(name) for name in self.stand.out()}
        return sum(self.stand.base(r.site) + r.path in articles for r in self.stand.log)

    def struck(self, strike: Callable[[], object]) -> str:
        """Crawl, strike after 25 articles; how the crawl failed."""
        self.stand.site_delay = 0.02

        def wait_and_strike() -> None:
            deadline = time.monotonic() + 30
            while self.asked() < 25 and time.monotonic() < deadline:
                time.sleep(0.01)
            strike()

        striker = threading.Thread(target=wait_and_strike)
        striker.start()
        with pytest.raises(CrawlError) as caught:
            self.crawl()
        striker.join()
        self.stand.site_delay = 0
        assert self.conn.execute("SELECT outcome FROM press.run").fetchall() == [("failed",)]
        return str(caught.value)

    def fetched(self) -> int:
        row = self.conn.execute("SELECT count(*) FROM press.page WHERE state = 'fetched'").fetchone()
        assert row is not None
        return int(row[0])

    def kept(self) -> Counter[str]:
        """Pages in the segments, counted."""
        segments = self.settings.archive.glob("2*/**/*.warc.gz")
        pages = (page for path in segments for _, page in iterate(path) if page.purpose == "page")
        return Counter(canonical(page.url) for page in pages)


@pytest.fixture
def archive(settings: Settings, connection: Conn, tmp_path: Path) -> Iterator[Archive]:
    with Newsstand() as stand:
        catalogue = stand.write_catalogue(tmp_path / "catalogue.yaml")
        yield Archive(stand, settings.model_copy(update={"catalogue": catalogue}), connection)


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="this system cannot limit another process")
def test_a_disk_that_is_full_stops_the_crawl_and_keeps_what_is_whole(archive: Archive) -> None:
    def fill() -> None:
        """What a full disk does, for one process: no file of it grows any more."""
        (open_segment,) = archive.settings.archive.rglob("*.open")
        for process in psutil.Process().children(recursive=True):
            if "spiders" in process.cmdline():
                limit = max(open_segment.stat().st_size, 30_000)
                process.rlimit(resource.RLIMIT_FSIZE, (limit, limit))

    said = archive.struck(fill)

    assert str(archive.settings.archive) in said
    assert "make room there, or set VEDETTE_HOME to a folder on another disk" in said
    # How many fit into the first 30,000 bytes depends on the order in which the sites answer.
    assert 10 <= archive.fetched() == archive.kept().total() < 60
    archive.crawl()
    assert set(archive.kept().values()) == {1}
    assert archive.fetched() == archive.kept().total() > 60


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder can only be read."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
    elif may_mount():
        mount_read_only(folder)
        yield
        unmount(folder)
    else:
        pytest.skip("root may write everywhere, and may not mount here")


def test_an_archive_that_can_only_be_read_stops_the_crawl_before_any_site_is_asked(archive: Archive) -> None:
    archive.settings.archive.mkdir(parents=True)
    with (
        locked(archive.settings.archive),
        pytest.raises(CrawlError, match="let Vedette write there, or set VEDETTE_HOME") as caught,
    ):
        archive.crawl()
    assert str(archive.settings.archive) in str(caught.value)
    assert archive.stand.log == []
    assert archive.conn.execute("SELECT outcome FROM press.run").fetchall() == [("failed",)]


def test_an_archive_that_becomes_read_only_loses_nothing(archive: Archive) -> None:
    undo = []

    def lock() -> None:
        (day,) = archive.settings.archive.glob("2*/*/*")
        context = locked(day)
        context.__enter__()
        undo.append(context)

    if os.geteuid() == 0 and not may_mount():
        pytest.skip("root may write everywhere, and may not mount here")
    said = archive.struck(lock)
    undo[0].__exit__(None, None, None)

    assert "let Vedette write there" in said
    assert archive.fetched() == 0
    archive.crawl()
    assert set(archive.kept().values()) == {1}
    assert archive.fetched() == archive.kept().total() > 60
    left = [path.name for path in archive.settings.archive.glob("2*/*/*/*") if path.suffix != ".gz"]
    assert left == []


def test_our_own_segments_are_not_ingested_a_second_time(archive: Archive) -> None:
    archive.crawl()
    assert archive.settings.database_url
    segments = sorted(archive.settings.archive.rglob("*.warc.gz"))
    outcome, faults = ingest(archive.settings.database_url, segments)
    assert (outcome.counts["known"], faults) == (len(segments), ())
