"""The frontier: nothing is announced twice, nothing is fetched that no sealed segment holds."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.archive.writing import SealedSegment
from processing.store import channels, frontier
from processing.store.channels import Discovered, Poll
from processing.store.connect import connect
from processing.store.frontier import Fetched, Left

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)
Conn = Connection[TupleRow]


@pytest.fixture
def feed(connection: Conn) -> int:
    """The feed of a source that has never been looked at."""
    connection.execute(
        "INSERT INTO press.source (id, name, country, kind, homepage) VALUES ('gazette', 'Gazette', 'FR', 'daily', 'http://g.fr/')"
    )
    return add_feed(connection, "http://g.fr/rss.xml", "feed")


def add_feed(conn: Conn, url: str, kind: str) -> int:
    row = conn.execute(
        "INSERT INTO press.feed (source_id, url, kind) VALUES ('gazette', %s, %s) RETURNING id", (url, kind)
    ).fetchone()
    assert row is not None
    return int(row[0])


def announce(feed: int, *numbers: int, **changes: Any) -> Poll:
    items = tuple(
        Discovered(
            f"http://g.fr/a-{n}", f"http://g.fr/a-{n}?xtor=1", f"Titre {n}", NOW - timedelta(minutes=n)
        )
        for n in numbers
    )
    return replace(
        Poll(feed, "items", LATER, status=200, items=items, etag='"v1"', body_sha256=b"d"), **changes
    )


def segment(number: int = 1) -> SealedSegment:
    return SealedSegment(f"2026/11/23/s-{number}.warc.gz", 3, 1, 1000, b"digest")


def fetched(page: int, number: int, url: str | None = None) -> Fetched:
    return Fetched(page, url or f"http://g.fr/a-{number}", 300, 200, NOW)


def states(conn: Conn) -> dict[str, str]:
    return dict(conn.execute("SELECT url, state FROM press.page ORDER BY url").fetchall())


def pages(conn: Conn) -> list[int]:
    return frontier.waiting_pages(conn, "gazette")


def test_a_page_is_announced_once_however_many_channels_name_it(connection: Conn, feed: int) -> None:
    sitemap = add_feed(connection, "http://g.fr/sitemap.xml", "sitemap")
    assert channels.record_poll(connection, None, announce(feed, 1, 2, 2)) == 2
    assert channels.record_poll(connection, None, announce(sitemap, 2, 3)) == 1
    assert len(states(connection)) == 3


def test_the_newest_pages_come_first(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 2, 3, 1))
    asked = frontier.pages_to_fetch(connection, pages(connection))
    assert [page.fetch_url for page in asked] == [f"http://g.fr/a-{n}?xtor=1" for n in (1, 2, 3)]


def test_a_date_that_one_channel_lacks_is_taken_from_another(connection: Conn, feed: int) -> None:
    bare = (Discovered("http://g.fr/a-1", "http://g.fr/a-1"),)
    channels.record_poll(connection, None, announce(feed, items=bare))
    channels.record_poll(connection, None, announce(feed, 1))
    row = connection.execute("SELECT announced_title, announced_at IS NULL FROM press.page").fetchone()
    assert row == ("Titre 1", False)


def test_a_poll_is_history_and_moves_the_feed_on(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1, last_modified="Mon, 23 Nov 2026 02:00:00 GMT"))
    assert channels.feeds_of(connection, "gazette") == []
    (known,) = channels.feeds_of(connection, "gazette", all_due=True)
    assert (known.etag, known.last_modified, known.body_sha256) == (
        '"v1"',
        "Mon, 23 Nov 2026 02:00:00 GMT",
        b"d",
    )

    channels.record_poll(
        connection, None, Poll(feed, "unchanged", LATER, status=304, etag='"v1"', last_modified="later")
    )
    (known,) = channels.feeds_of(connection, "gazette", all_due=True)
    assert (known.etag, known.last_modified, known.body_sha256) == ('"v1"', "later", b"d")

    channels.record_poll(connection, None, Poll(feed, "failed", LATER, status=500, error="HTTP 500"))
    (known,) = channels.feeds_of(connection, "gazette", all_due=True)
    assert (known.etag, known.failures) == ('"v1"', 1)
    outcomes = connection.execute(
        "SELECT outcome, items, new_items, error FROM press.poll ORDER BY id"
    ).fetchall()
    assert outcomes == [("items", 1, 1, None), ("unchanged", 0, 0, None), ("failed", 0, 0, "HTTP 500")]


def test_a_poll_that_cannot_be_stored_whole_leaves_nothing(connection: Conn, feed: int) -> None:
    with pytest.raises(psycopg.Error):
        channels.record_poll(connection, None, announce(feed, 1, outcome="no such outcome"))
    assert states(connection) == {}


def test_pages_and_segment_are_registered_together_or_not_at_all(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1, 2, 3))
    first, second, third = pages(connection)
    broken = replace(segment(), path=None)  # type: ignore[arg-type]
    with pytest.raises(psycopg.errors.NotNullViolation):
        frontier.register_segment(connection, None, broken, [fetched(first, 1)])
    assert set(states(connection).values()) == {"discovered"}

    frontier.register_segment(
        connection, None, segment(), [fetched(first, 1)], [Left(second, "gone", "HTTP 410 Gone", status=410)]
    )
    assert list(states(connection).values()) == ["fetched", "gone", "discovered"]
    assert pages(connection) == [third]
    assert frontier.pages_to_fetch(connection, [first, third])[0].id == third


def test_pages_without_their_segment_are_refused(connection: Conn, feed: int) -> None:
    with pytest.raises(ValueError, match="segment"):
        frontier.register_segment(connection, None, None, [fetched(1, 1)])


def test_a_page_that_failed_waits_and_keeps_count(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1))
    (page,) = pages(connection)
    left = Left(page, "discovered", "HTTP 503", next_attempt_at=LATER, status=503)
    frontier.register_segment(connection, None, None, [], [left])
    assert pages(connection) == []
    assert frontier.pages_to_fetch(connection, [page])[0].attempts == 1
    assert connection.execute("SELECT reason, status FROM press.page").fetchone() == ("HTTP 503", 503)


def test_a_redirect_to_a_new_address_gives_the_article_that_address(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1, 2))
    first, second = pages(connection)
    moved = "http://g.fr/nouveau"
    frontier.register_segment(
        connection, None, segment(), [fetched(first, 1, moved), fetched(second, 2, moved)]
    )
    assert states(connection) == {"http://g.fr/a-1": "gone", "http://g.fr/a-2": "gone", moved: "fetched"}
    rows = connection.execute(
        "SELECT p.reason, t.url, t.announced_title FROM press.page p JOIN press.page t ON t.id = p.same_as"
    ).fetchall()
    assert set(rows) == {(f"moved to {moved}", moved, "Titre 1")}


def test_a_redirect_to_a_known_page_points_at_it(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1, 2))
    first, second = pages(connection)
    left = Left(first, "gone", "moved", status=301, moved_to="http://g.fr/a-2")
    frontier.register_segment(connection, None, None, [], [left])
    row = connection.execute(
        "SELECT state, reason, same_as FROM press.page WHERE id = %s", (first,)
    ).fetchone()
    assert row == ("gone", "moved to http://g.fr/a-2", second)


def test_a_page_already_fetched_is_not_touched_again(connection: Conn, feed: int) -> None:
    channels.record_poll(connection, None, announce(feed, 1))
    (page,) = pages(connection)
    first = frontier.register_segment(connection, None, segment(1), [fetched(page, 1)])
    frontier.register_segment(
        connection, None, segment(2), [fetched(page, 1)], [Left(page, "failed", "late")]
    )
    row = connection.execute("SELECT state, segment_id, attempts FROM press.page").fetchone()
    assert row == ("fetched", first, 1)


def test_a_source_is_held_by_one_crawl_and_let_go_with_its_connection(
    connection: Conn, database_url: str
) -> None:
    with connect(database_url) as other:
        assert frontier.hold_source(other, "gazette")
        assert not frontier.hold_source(connection, "gazette")
    # The server needs a moment to see that a connection has ended.
    deadline = time.monotonic() + 5
    while not (held := frontier.hold_source(connection, "gazette")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert held
    frontier.release_source(connection, "gazette")


def test_due_sources_have_a_due_channel_or_a_waiting_page(connection: Conn, feed: int) -> None:
    assert frontier.due_sources(connection) == ["gazette"]
    channels.record_poll(connection, None, announce(feed))
    assert frontier.due_sources(connection) == []
    channels.record_poll(connection, None, announce(feed, 1))
    assert frontier.due_sources(connection) == ["gazette"]
    connection.execute("UPDATE press.source SET disabled = 'dead'")
    assert frontier.due_sources(connection) == frontier.active_sources(connection) == []
