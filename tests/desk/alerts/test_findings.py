"""What counts as wrong, from the facts and from a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts import facts
from desk.alerts.facts import Disk, Facts, FailedRun, Held, SourceState, Waiting
from desk.alerts.finding import REASON_AT_MOST, findings, grows, nearly_full
from processing.disk import room
from processing.store import runs
from tests.desk.alerts.conftest import DAY, NOW, break_feed

GIB = 2**30
WELL = SourceState("rfi", 2, 0, False, NOW, False, False, "")
GOOD = Facts(
    sources=[WELL],
    failed=[],
    last_night=NOW - timedelta(hours=5),
    held=Held(today=3, most=9, usual=4, days=28),
    waiting=[Waiting("extract", 0, None), Waiting("flag", 0, None)],
    disk=Disk(Path("/srv/vedette"), free=50 * GIB, total=100 * GIB),
)


def found(given: Facts) -> dict[str, str]:
    return {finding.subject: finding.reason for finding in findings(given, NOW)}


def test_a_good_night_has_no_findings() -> None:
    assert found(GOOD) == {}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (replace(WELL, failing_feeds=2, remark="HTTP 403"), True),
        (replace(WELL, failing_feeds=1, remark="1 of 2 feeds fail: timeout"), False),
        (replace(WELL, failing_feeds=1, steadily=True, remark="1 of 2 feeds fail: gone"), True),
        (replace(WELL, silent=True, remark="silent: last article 2026-11-20"), True),
        (replace(WELL, low=True, remark="low: 3 articles in 7 days, usually 40"), True),
        (replace(WELL, last_ok_at=NOW - 4 * DAY, remark="not looked at since 2026-11-21"), True),
        (replace(WELL, last_ok_at=None, remark="never looked at"), False),
        (replace(WELL, remark="its feed rolled on 2 times in 28 days before it was looked at again"), False),
    ],
)
def test_a_source_is_wrong_when_it_fails_is_silent_low_or_forgotten(source: SourceState, wrong: bool) -> None:
    told = found(replace(GOOD, sources=[source]))
    assert told == ({"source:rfi": f"rfi: {source.remark}; `vedette sources check rfi`"} if wrong else {})


def test_a_failed_stage_is_named_with_its_reason_and_the_way_out() -> None:
    failed = FailedRun("extract", None, NOW, "StoreError: the segment a.warc.gz is gone", None)
    reason = found(replace(GOOD, failed=[failed]))["stage:extract"]
    assert "the segment a.warc.gz is gone" in reason
    assert "the DAG extract_articles, or run `vedette extract`" in reason


def test_a_long_reason_is_cut_and_the_way_out_kept() -> None:
    failed = FailedRun("flag", None, NOW, "word\n" * 500, None)
    reason = found(replace(GOOD, failed=[failed]))["stage:flag"]
    assert len(reason) == REASON_AT_MOST
    assert "\n" not in reason
    assert reason.endswith("`vedette flag`")


def test_thirty_hours_without_a_night_are_told() -> None:
    assert found(replace(GOOD, last_night=NOW - timedelta(hours=29))) == {}
    assert found(replace(GOOD, last_night=None)) == {}
    assert "no night has begun since" in found(replace(GOOD, last_night=NOW - timedelta(hours=31)))["night"]


def test_what_waits_for_a_day_is_told() -> None:
    told = found(replace(GOOD, waiting=[Waiting("flag", 1200, NOW - 2 * DAY)]))
    assert told["waiting:flag"].startswith("1,200 articles have waited to be flagged since 20")


@pytest.mark.parametrize(
    ("held", "growing"),
    [
        (Held(today=40, most=20, usual=4, days=28), True),
        (Held(today=40, most=41, usual=4, days=28), False),
        (Held(today=40, most=20, usual=14, days=28), False),
        (Held(today=9, most=0, usual=0, days=28), False),
        (Held(today=400, most=0, usual=0, days=6), False),
    ],
)
def test_the_quarantine_grows_when_a_day_is_unlike_those_before(held: Held, growing: bool) -> None:
    assert grows(held) is growing
    assert ("quarantine" in found(replace(GOOD, held=held))) is growing


@pytest.mark.parametrize(
    ("free", "total", "full"), [(4, 100, True), (6, 100, False), (1, 10, True), (3, 10, False)]
)
def test_a_disk_is_nearly_full_below_five_percent_or_two_gib(free: int, total: int, full: bool) -> None:
    disk = Disk(Path("/srv/vedette"), free * GIB, total * GIB)
    assert nearly_full(disk) is full
    if full:
        assert "/srv/vedette" in found(replace(GOOD, disk=disk))["disk"]


def test_a_finding_leads_to_the_task_that_failed_or_to_the_dag_that_shows_it() -> None:
    task = "/dags/flag_mentions/runs/r/tasks/flag"
    given = replace(
        GOOD,
        sources=[replace(WELL, silent=True)],
        failed=[FailedRun("flag", None, NOW, "killed", task), FailedRun("other", None, NOW, "killed", None)],
        waiting=[Waiting("flag", 1, NOW)],
        disk=Disk(Path("/srv"), 1, 100 * GIB),
    )
    assert {finding.subject: finding.page for finding in findings(given, NOW)} == {
        "stage:flag": task,
        "stage:other": None,
        "waiting:flag": "/dags/flag_mentions",
        "disk": None,
        "source:rfi": "/dags/overnight_crawl",
    }


# From a real database


def read(conn: Connection[TupleRow], tmp_path: Path) -> dict[str, str]:
    return found(replace(facts.read(conn, tmp_path), disk=GOOD.disk))


def test_a_database_after_a_good_night_has_no_findings(press: Connection[TupleRow], tmp_path: Path) -> None:
    assert read(press, tmp_path) == {}


def test_a_source_whose_feeds_fail_is_found_with_the_error(
    press: Connection[TupleRow], tmp_path: Path
) -> None:
    break_feed(press, "opex360", "HTTP 403")
    assert read(press, tmp_path) == {"source:opex360": "opex360: HTTP 403; `vedette sources check opex360`"}


def test_a_stage_counts_as_failed_until_it_is_done_again(press: Connection[TupleRow], tmp_path: Path) -> None:
    runs.finish(press, runs.start(press, "flag"), "failed", {}, "OutOfMemory")
    assert "OutOfMemory" in read(press, tmp_path)["stage:flag"]
    runs.finish(press, runs.start(press, "extract"), "done", {})
    assert "stage:flag" in read(press, tmp_path)
    runs.finish(press, runs.start(press, "flag"), "done", {})
    assert read(press, tmp_path) == {}


def test_a_crawl_that_failed_is_not_made_good_by_that_of_another_source(
    press: Connection[TupleRow], tmp_path: Path
) -> None:
    runs.finish(press, runs.start(press, "crawl", "rfi"), "failed", {}, "CrawlError: killed")
    runs.finish(press, runs.start(press, "crawl", "opex360"), "done", {})
    assert "crawl of rfi" in read(press, tmp_path)["stage:crawl"]
    runs.finish(press, runs.start(press, "crawl", "rfi"), "done", {})
    assert read(press, tmp_path) == {}


def test_a_night_that_never_said_its_end_is_found(press: Connection[TupleRow], tmp_path: Path) -> None:
    press.execute(
        "INSERT INTO press.run (stage, started_at, outcome) VALUES ('night', now() - interval '3 hours', 'running')"
    )
    assert read(press, tmp_path) == {}
    press.execute("UPDATE press.run SET started_at = now() - interval '7 hours' WHERE outcome = 'running'")
    press.execute("DELETE FROM press.run WHERE stage = 'night' AND outcome = 'done'")
    assert "whether it ended" in read(press, tmp_path)["stage:night"]


def test_no_night_is_missed_before_the_first_day_is_over(
    connection: Connection[TupleRow], tmp_path: Path
) -> None:
    assert read(connection, tmp_path) == {}
    connection.execute(
        "INSERT INTO press.run (stage, started_at, outcome) VALUES ('watch', now() - interval '2 days', 'done')"
    )
    assert set(read(connection, tmp_path)) == {"night"}


def test_pages_and_articles_that_wait_for_a_day_are_counted(
    press: Connection[TupleRow], tmp_path: Path
) -> None:
    press.execute(
        """
        WITH segment AS (
            INSERT INTO press.segment (path, records, bytes, sha256) VALUES ('a', 3, 1, '\\x00') RETURNING id)
        INSERT INTO press.page (url, fetch_url, state, segment_id, record_offset, fetched_at)
        SELECT 'https://a/' || n, '', 'fetched', id, n, now() - n * interval '15 hours'
          FROM segment, generate_series(1, 3) n
        """
    )
    assert read(press, tmp_path)["waiting:extract"].startswith("2 pages have waited for extraction since 20")


def test_the_quarantine_is_counted_by_day(press: Connection[TupleRow], tmp_path: Path) -> None:
    press.execute(
        "INSERT INTO press.run (stage, started_at, outcome) VALUES ('flag', now() - interval '20 days', 'done')"
    )
    press.execute(
        """
        INSERT INTO press.quarantine (stage, subject, reason, first_at)
        SELECT 'extract', 'old' || n, 'empty', now() - n * interval '1 day' - interval '1 hour'
          FROM generate_series(1, 10) n
        UNION ALL
        SELECT 'extract', 'new' || n, 'empty', now() - interval '1 hour' FROM generate_series(1, 30) n
        """
    )
    held = facts.read(press, tmp_path).held
    assert (held.today, held.most, held.days) == (30, 1, 19)
    assert "30 pages went into the quarantine" in read(press, tmp_path)["quarantine"]
    press.execute("UPDATE press.quarantine SET settled_at = now() WHERE subject LIKE 'new%'")
    assert "quarantine" not in read(press, tmp_path)


def test_a_home_that_is_not_there_yet_has_the_disk_above_it(tmp_path: Path) -> None:
    assert room(tmp_path / "not" / "yet").total == room(tmp_path).total > 0
