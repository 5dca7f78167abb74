"""A watch over several mornings, with a real database and a real service."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.alerts import watch
from processing.errors import AlertError
from processing.store import alerts
from tests.desk.alerts.conftest import DAY, NOW, break_feed, mend_feed
from tests.desk.alerts.service import Service


@pytest.fixture
def morning(press: Connection[TupleRow], service: Service, tmp_path: Path) -> Morning:
    return Morning(press, service, tmp_path)


class Morning:
    """The look and the message of a day; every service is asked."""

    def __init__(self, conn: Connection[TupleRow], service: Service, home: Path) -> None:
        self.conn, self.service, self.home = conn, service, home

    def __call__(self, day: int = 0) -> list[str]:
        """Titles of the messages that arrived that day."""
        now, before = NOW + day * DAY, len(self.service.messages)
        # What goes well each day has gone well on that day.
        self.conn.execute("UPDATE press.run SET started_at = %s WHERE stage = 'night'", (now,))
        self.conn.execute("UPDATE press.feed SET last_ok_at = %s", (now,))
        watch.look(self.conn, self.home, now)
        watch.tell(self.conn, [self.service.address], "http://127.0.0.1:8080", now)
        return [message["title"] for message in self.service.messages[before:]]

    def silence(self, subject: str, until: datetime) -> None:
        assert alerts.silence(self.conn, subject, until=until, because="new site", by="anne")

    def rows(self, columns: str) -> list[TupleRow]:
        return self.conn.execute(f"SELECT {columns} FROM press.alert ORDER BY id").fetchall()  # noqa: S608  # type: ignore[call-overload]


def test_a_good_night_sends_nothing(morning: Morning) -> None:
    assert [morning(day) for day in (0, 1, 8)] == [[], [], []]
    assert morning.rows("1") == []


def test_one_message_a_night_tells_what_is_new_and_then_what_is_fixed(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    break_feed(morning.conn, "opex360", "timeout")
    assert morning() == ["Vedette: 2 new"]
    body = morning.service.messages[0]["message"]
    assert "source:rfi – rfi: HTTP 503" in body
    assert "http://127.0.0.1:8080/dags/overnight_crawl" in body
    assert morning(1) == []
    mend_feed(morning.conn, "rfi")
    assert morning(2) == ["Vedette: 1 fixed"]
    assert morning(3) == []
    assert morning.rows("subject, ended_at IS NOT NULL, fixed_told_at IS NOT NULL") == [
        ("source:opex360", False, False),
        ("source:rfi", True, True),
    ]


def test_what_comes_back_is_new_again_with_a_row_of_its_own(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    morning()
    mend_feed(morning.conn, "rfi")
    morning(1)
    break_feed(morning.conn, "rfi")
    assert morning(2) == ["Vedette: 1 new"]
    assert morning.rows("subject, since") == [("source:rfi", NOW), ("source:rfi", NOW + 2 * DAY)]


def test_a_message_that_was_not_taken_counts_as_not_told_and_is_sent_the_next_time(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    morning.service.status = 500
    with pytest.raises(AlertError):
        morning()
    assert morning.rows("subject, told_at") == [("source:rfi", None)]
    morning.service.status = 200
    assert morning(1) == ["Vedette: 1 new"]
    assert morning.rows("told_at") == [(NOW + DAY,)]


def test_what_is_mended_before_anybody_heard_of_it_is_not_told(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    watch.look(morning.conn, morning.home, NOW)
    mend_feed(morning.conn, "rfi")
    assert morning(1) == []


def test_what_stays_open_is_recalled_each_week(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    assert [morning(day) for day in range(9)] == [
        ["Vedette: 1 new"],
        *[[]] * 6,
        ["Vedette: 1 still open"],
        [],
    ]


def test_a_silenced_alert_is_not_told_until_its_day_has_passed(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    morning()
    morning.silence("source:rfi", NOW + 20 * DAY)
    assert [title for day in range(1, 20) for title in morning(day)] == []
    assert morning(20) == ["Vedette: 1 still open"]


def test_a_silence_outlives_a_source_that_comes_and_goes_and_its_end_is_quiet(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    morning()
    morning.silence("source:rfi", NOW + 10 * DAY)
    mend_feed(morning.conn, "rfi")
    assert morning(1) == []
    break_feed(morning.conn, "rfi")
    assert morning(2) == []
    assert morning.rows("silenced_because, ended_at IS NULL") == [("new site", False), ("new site", True)]
    assert alerts.unsilence(morning.conn, "source:rfi", NOW + 3 * DAY)
    assert morning(3) == ["Vedette: 1 new"]


def test_each_look_leaves_its_figures_in_the_table_of_runs(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    morning()
    told = morning.conn.execute(
        "SELECT outcome, counts - 'seconds' FROM press.run WHERE stage = 'watch'"
    ).fetchall()
    assert told == [("done", {"new": 1, "fixed": 0, "open": 0, "silenced": 0})]


def test_a_rehearsal_shows_the_message_and_leaves_no_trace(morning: Morning) -> None:
    break_feed(morning.conn, "rfi")
    shown = watch.rehearse(morning.conn, morning.home, None, NOW)
    assert shown is not None
    assert shown.title == "Vedette: 1 new"
    assert morning.rows("1") == []
    assert morning.service.messages == []
    mend_feed(morning.conn, "rfi")
    assert watch.rehearse(morning.conn, morning.home, None, NOW) is None


def test_a_reader_may_read_the_alerts(morning: Morning) -> None:
    allowed = morning.conn.execute(
        "SELECT has_table_privilege('vedette_reader', 'press.alert', 'SELECT')"
    ).fetchone()
    assert allowed == (True,)
