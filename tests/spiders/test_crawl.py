"""A night at the newsstand: real servers, a real child process, a real database."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.address import canonical
from processing.archive.reading import iterate, read_record
from processing.errors import CrawlError
from processing.settings import Settings
from processing.store import frontier, runs
from processing.store.connect import connect
from spiders.launch import crawl, due_sources
from spiders.outcome import CrawlOutcome, Progress
from tests.newsstand import Newsstand

Conn = Connection[TupleRow]

STATES = {
    "refused_robots": "refused_robots",
    "refused_tdm": "refused_tdm",
    "gone": "gone",
    "failed": "discovered",
}
"""What the crawl makes of pages that do not become texts. A server error waits for its next attempt."""


class Press:
    """A newsstand and everything needed to send a crawl there."""

    def __init__(self, stand: Newsstand, settings: Settings, conn: Conn) -> None:
        self.stand = stand
        self.settings = settings
        self.conn = conn

    def crawl(self, *sources: str, limit: int | None = None, all_due: bool = True) -> CrawlOutcome:
        assert self.settings.database_url
        return crawl(self.settings, self.settings.database_url, sources, limit=limit, all_due=all_due)

    def states(self) -> dict[str, str]:
        return dict(self.conn.execute("SELECT url, state FROM press.page").fetchall())

    def asked(self, since: int = 0) -> Counter[tuple[str, int]]:
        """Requests for articles: (address, status), counted."""
        articles = {self.stand.url_of(name) for name in self.stand.out()}
        asked = ((self.stand.base(r.site) + r.path, r.status) for r in self.stand.log[since:])
        return Counter(request for request in asked if request[0] in articles)


@pytest.fixture
def press(settings: Settings, connection: Conn, tmp_path: Path) -> Iterator[Press]:
    with Newsstand() as stand:
        catalogue = stand.write_catalogue(tmp_path / "catalogue.yaml")
        yield Press(stand, settings.model_copy(update={"catalogue": catalogue}), connection)


def test_a_night_finds_every_page_once_and_the_next_one_nothing_new(press: Press) -> None:
    first = press.crawl()

    states = press.states()
    for name, expected in press.stand.expected().items():
        became = states[canonical(press.stand.url_of(name))]
        assert became == STATES.get(expected.becomes, "fetched"), name
    asked = press.asked()
    # A server error is asked for once more in the same night, nothing else is.
    assert {status: max(asked[key] for key in asked if key[1] == status) for _, status in asked} == {
        status: 2 if status >= 500 else 1 for _, status in asked
    }
    assert first.totals["fetched"] == Counter(states.values())["fetched"]
    assert first.totals["polls_failed"] == 0
    assert first.finish_reason == "finished"

    before = len(press.stand.log)
    second = press.crawl()
    assert (second.totals["new"], second.totals["fetched"]) == (0, 0)
    assert press.asked(before) == {}
    conditional = [r for r in press.stand.log[before:] if r.if_none_match]
    assert conditional
    assert {r.status for r in conditional} == {304}
    assert second.totals["polls_unchanged"] == len(conditional)


def test_every_fetched_page_lies_in_a_sealed_and_registered_segment(press: Press) -> None:
    outcome = press.crawl()
    archive = press.settings.archive
    rows = press.conn.execute(
        """
        SELECT p.url, p.record_offset, s.path, s.bytes, s.records FROM press.page p
        JOIN press.segment s ON s.id = p.segment_id WHERE p.state = 'fetched'
        """
    ).fetchall()
    assert len(rows) == outcome.totals["fetched"]
    for url, offset, path, size, _ in rows:
        assert canonical(read_record(archive / path, offset).url) == url
        assert (archive / path).stat().st_size == size
    pages = [
        page
        for path in {row[2] for row in rows}
        for _, page in iterate(archive / path)
        if page.purpose == "page"
    ]
    assert len(pages) == len(rows)
    assert list(archive.rglob("*.open")) == []


def test_every_answer_is_archived_save_unchanged_ones_and_opt_outs(press: Press) -> None:
    press.crawl()
    press.crawl()
    kept = Counter(
        (urlsplit(page.url).hostname, urlsplit(page.url).path, page.status)
        for path in press.settings.archive.rglob("*.warc.gz")
        for _, page in iterate(path)
    )
    host_of_site = {site: urlsplit(press.stand.base(site)).hostname for site in press.stand.sites}
    refused = {
        urlsplit(press.stand.url_of(name)).path
        for name, expected in press.stand.expected().items()
        if expected.becomes == "refused_tdm"
    }
    answered = Counter(
        (host_of_site[request.site], urlsplit(request.path).path, request.status)
        for request in press.stand.log
        if request.status != 304 and urlsplit(request.path).path not in refused
    )
    assert answered - kept == Counter()
    assert not {path for _, path, _ in kept} & refused


def test_a_refusal_is_honoured_and_its_proof_kept(press: Press) -> None:
    press.crawl()
    rows = press.conn.execute(
        "SELECT url, state, reason FROM press.page WHERE state LIKE 'refused%'"
    ).fetchall()
    assert {state for _, state, _ in rows} == {"refused_robots", "refused_tdm"}
    proofs = " ".join(reason for _, _, reason in rows)
    for proof in ("robots.txt", "tdmrep.json: location", 'name="tdm-reservation"', "header"):
        assert proof in proofs
    refused = {url for url, _, _ in rows}
    assert refused & set(archived(press)) == set()
    unasked = {url for url, state, reason in rows if "robots.txt" in reason or "tdmrep" in reason}
    assert {url for url, _ in press.asked()} & unasked == set()


def test_after_new_articles_come_out_only_they_are_fetched(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Newsstand(released=20) as stand:
        settings = settings.model_copy(
            update={"catalogue": stand.write_catalogue(tmp_path / "catalogue.yaml")}
        )
        press = Press(stand, settings, connection)
        press.crawl()
        known = set(press.states())
        before = len(stand.log)

        released = {stand.url_of(name) for name in stand.release(15)}
        outcome = press.crawl()

        assert outcome.totals["new"] >= len(released)
        assert {url for url, _ in press.asked(before)} <= released
        assert {canonical(url) for url in released} <= set(press.states()) - known


def test_a_broken_site_is_a_row_and_the_rest_goes_on(press: Press) -> None:
    press.stand.break_site("escaut", "refused")
    press.stand.break_site("heure", "500")
    outcome = press.crawl()

    polls = press.conn.execute(
        "SELECT f.source_id, p.outcome, p.error FROM press.poll p JOIN press.feed f ON f.id = p.feed_id"
    ).fetchall()
    failed = {source: error for source, result, error in polls if result != "items" and result != "empty"}
    assert set(failed) == {"escaut", "heure"}
    assert "connection was refused" in failed["escaut"]
    assert "robots.txt answers 500" in failed["heure"]
    assert outcome.per_source["armorique"].fetched > 0
    failures = press.conn.execute(
        "SELECT DISTINCT failures FROM press.feed WHERE source_id = 'escaut'"
    ).fetchall()
    assert failures == [(1,)]

    press.stand.repair_site("escaut")
    press.stand.repair_site("heure")
    press.crawl("escaut", "heure")
    assert press.conn.execute("SELECT sum(failures) FROM press.feed").fetchone() == (0,)


def test_what_is_not_due_rests_unless_it_is_named(press: Press) -> None:
    press.crawl()
    press.conn.execute(
        "UPDATE press.page SET next_attempt_at = now() + interval '1 day' WHERE state = 'discovered'"
    )
    assert due_sources(press.conn) == []
    before = len(press.stand.log)
    outcome = press.crawl(all_due=False)
    assert (outcome.per_source, len(press.stand.log) - before) == ({}, 0)
    assert press.crawl("armorique", all_due=False).per_source["armorique"].polls_unchanged > 0


def test_a_limit_leaves_the_rest_for_the_next_crawl(press: Press) -> None:
    outcome = press.crawl(limit=5)
    assert sum(press.asked().values()) <= 5
    assert outcome.totals["new"] > 50
    assert len(due_sources(press.conn)) > 5


def test_an_unknown_source_is_told_with_what_comes_near(press: Press) -> None:
    with pytest.raises(CrawlError, match=r"no source 'armorik' in the catalogue; did you mean armorique"):
        press.crawl("armorik")
    assert press.conn.execute("SELECT count(*) FROM press.run").fetchone() == (0,)


def test_a_crawl_is_a_run_with_its_counts(press: Press) -> None:
    outcome = press.crawl("armorique")
    row = press.conn.execute(
        "SELECT stage, subject, outcome, counts, versions, error FROM press.run WHERE id = %s",
        (outcome.run_id,),
    ).fetchone()
    assert row is not None
    assert row[:3] == ("crawl", "armorique", "done")
    assert row[3]["fetched"] == outcome.totals["fetched"] > 0
    assert set(row[4]) == {"vedette"}
    assert press.conn.execute("SELECT DISTINCT run_id FROM press.poll").fetchall() == [(outcome.run_id,)]


def test_progress_is_told_and_failures_are_logged(press: Press, caplog: pytest.LogCaptureFixture) -> None:
    press.stand.break_site("escaut", "refused")
    events: list[Progress] = []
    assert press.settings.database_url
    with caplog.at_level(logging.INFO, logger="vedette.crawl"):
        crawl(press.settings, press.settings.database_url, on_progress=events.append)
    assert events[-1].queued == 0
    assert events[-1].polled == events[-1].channels > 0
    assert any("escaut" in record.message and "refused" in record.message for record in caplog.records)


def test_the_crawler_says_who_it_is(press: Press) -> None:
    press.crawl("armorique")
    assert {r.user_agent for r in press.stand.log} == {"Vedette/0.1.0 (+https://example.org/vedette)"}


def test_one_request_at_a_time_with_the_delay_between_them(press: Press) -> None:
    press.settings = press.settings.model_copy(update={"delay": 0.2})
    press.crawl("armorique", limit=3)
    times = sorted(r.time for r in press.stand.log if r.site == "armorique")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) > 5
    # Requests are counted where they arrive, so a little less than the delay may lie between two.
    assert min(gaps) > 0.15


def cut_connections(press: Press) -> None:
    """End every connection to the database but the test's own, as a restart would."""
    press.conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def crawling_processes() -> list[psutil.Process]:
    return [
        child for child in psutil.Process().children(recursive=True) if "spiders" in " ".join(child.cmdline())
    ]


def send(what: signal.Signals) -> None:
    for process in crawling_processes():
        process.send_signal(what)


def in_the_middle(press: Press, pages: int, strike: Callable[[], None]) -> threading.Thread:
    """Strike once the crawl has asked for so many pages."""

    def wait_and_strike() -> None:
        deadline = time.monotonic() + 30
        while sum(press.asked().values()) < pages and time.monotonic() < deadline:
            time.sleep(0.01)
        strike()

    striker = threading.Thread(target=wait_and_strike)
    striker.start()
    return striker


def archived(press: Press) -> Counter[str]:
    """Canonical addresses of the pages in the sealed segments, counted."""
    segments = press.settings.archive.glob("2*/**/*.warc.gz")
    pages = (page for path in segments for _, page in iterate(path) if page.purpose == "page")
    return Counter(canonical(page.url) for page in pages)


def test_a_killed_crawl_loses_nothing_and_doubles_nothing(press: Press) -> None:
    press.stand.site_delay = 0.02
    striker = in_the_middle(press, 25, lambda: send(signal.SIGKILL))
    with pytest.raises(CrawlError, match="killed by signal 9"):
        press.crawl()
    striker.join()
    assert Counter(press.states().values())["fetched"] == 0
    assert press.conn.execute("SELECT outcome FROM press.run").fetchall() == [("failed",)]

    press.stand.site_delay = 0
    press.crawl()
    archive = press.settings.archive
    assert len(list((archive / "orphans").iterdir())) == 1
    found = archived(press)
    assert set(found.values()) == {1}
    assert len(found) == Counter(press.states().values())["fetched"] > 50


def test_a_stopped_crawl_keeps_what_it_has(press: Press) -> None:
    press.stand.site_delay = 0.02
    striker = in_the_middle(press, 25, lambda: send(signal.SIGTERM))
    with pytest.raises(CrawlError, match=r"did not finish: it was stopped \(shutdown\); \d+ pages are kept"):
        press.crawl()
    striker.join()
    kept = Counter(press.states().values())["fetched"]
    assert kept >= 20
    press.stand.site_delay = 0
    more = press.crawl().totals["fetched"]
    assert kept + more == Counter(press.states().values())["fetched"]
    assert set(archived(press).values()) == {1}


def test_a_database_that_goes_away_ends_the_crawl_and_the_next_one_does_the_rest(press: Press) -> None:
    press.stand.site_delay = 0.02
    striker = in_the_middle(press, 25, lambda: cut_connections(press))
    with pytest.raises(CrawlError, match="did not finish: PostgreSQL refused"):
        press.crawl()
    striker.join()
    row = press.conn.execute("SELECT outcome, error LIKE '%PostgreSQL refused%' FROM press.run").fetchone()
    assert row == ("failed", True)

    press.stand.site_delay = 0
    press.crawl()
    assert Counter(press.states().values())["fetched"] > 50


def test_a_crawl_whose_parent_dies_stops_and_keeps_what_it_has(press: Press, tmp_path: Path) -> None:
    press.stand.site_delay = 0.05
    script = (
        "from processing.settings import load_settings; from spiders.launch import crawl; "
        "s = load_settings(); crawl(s, s.database_url, all_due=True)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], env=press.settings.environment())
    deadline = time.monotonic() + 30
    while sum(press.asked().values()) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    (child,) = [p for p in psutil.Process(parent.pid).children() if "spiders" in p.cmdline()]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    child.wait(timeout=30)
    assert Counter(press.states().values())["fetched"] >= 15
    assert list(press.settings.archive.rglob("*.open")) == []

    # Nobody was left to close the run's row; the next crawl does.
    press.stand.site_delay = 0
    press.crawl()
    rows = press.conn.execute("SELECT outcome, error FROM press.run ORDER BY id").fetchall()
    assert rows == [("failed", runs.CUT_OFF), ("done", None)]


def test_a_source_is_crawled_by_one_crawl_at_a_time(press: Press) -> None:
    assert press.settings.database_url
    with connect(press.settings.database_url) as other:
        assert frontier.hold_source(other, "armorique")
        with pytest.raises(CrawlError, match="another crawl is at armorique"):
            crawl(press.settings, press.settings.database_url, ["armorique"], patience=0.1)
        outcome = crawl(press.settings, press.settings.database_url, ["armorique", "escaut"], patience=0.1)
    assert outcome.busy == ("armorique",)
    assert {r.site for r in press.stand.log} == {"escaut"}


def test_a_crawl_that_cannot_begin_says_why_in_one_line(press: Press) -> None:
    press.settings.home.mkdir(parents=True)
    press.settings.archive.write_text("a file where the archive should be")
    with pytest.raises(CrawlError) as caught:
        press.crawl("armorique")
    assert "\n" not in str(caught.value)
    assert str(press.settings.archive) in str(caught.value)


def test_the_statistics_file_is_json_a_program_can_read(press: Press, tmp_path: Path) -> None:
    press.crawl("armorique")
    stats = tmp_path / "stats.json"
    command = [sys.executable, "-m", "spiders", "crawl", "--stats", str(stats), "armorique"]
    done = subprocess.run(
        command, env=press.settings.environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    content = json.loads(stats.read_text())
    assert content["finish_reason"] == "finished"
    assert content["per_source"]["armorique"]["polls_unchanged"] > 0
    assert all(json.loads(line)["channels"] for line in done.stdout.splitlines())
