"""What a publisher sees of us over several looks: one pace a host, rest when it asks, rules read once a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from processing.store import frontier
from processing.store.connect import connect
from spiders.catalogue import load_catalogue
from spiders.hosts import TROUBLES_AT_MOST, hosts_of, neighbours
from spiders.launch import crawl
from spiders.outcome import CrawlOutcome
from tests.spiders.website import Reply, Website

Conn = Connection[TupleRow]
Look = Callable[..., CrawlOutcome]


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as site:
        yield site


@pytest.fixture
def look(site: Website, settings: Settings, tmp_path: Path) -> Look:
    def go(*others: Website, limit: int | None = None, **changes: Any) -> CrawlOutcome:
        entries = [one.entry(f"site-{number}") for number, one in enumerate((site, *others))]
        catalogue = tmp_path / "catalogue.yaml"
        catalogue.write_text("".join(entries), encoding="utf-8")
        chosen = settings.model_copy(update={"catalogue": catalogue, **changes})
        assert chosen.database_url
        return crawl(chosen, chosen.database_url, limit=limit, all_due=True)

    return go


def newest_poll(conn: Conn, *columns: str) -> tuple[Any, ...]:
    row = conn.execute(
        "SELECT outcome, error, note, items, fresh_items, gap FROM press.poll ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    known = dict(zip(("outcome", "error", "note", "items", "fresh_items", "gap"), row, strict=True))
    return tuple(known[column] for column in columns)


def feed(conn: Conn, column: str) -> Any:
    row = conn.execute("SELECT to_jsonb(f) ->> %s FROM press.feed f", (column,)).fetchone()
    return row[0] if row else None


class TestOneHost:
    def test_two_sources_on_one_host_share_its_pace(
        self, site: Website, settings: Settings, tmp_path: Path
    ) -> None:
        for number in (1, 2):
            site.article(f"/article-{number}")
            site.announce(f"/article-{number}", path=f"/rss-{number}.xml")
        catalogue = tmp_path / "two.yaml"
        catalogue.write_text(
            "".join(site.entry(f"s{number}").replace("/rss.xml", f"/rss-{number}.xml") for number in (1, 2)),
            encoding="utf-8",
        )
        chosen = settings.model_copy(update={"catalogue": catalogue, "delay": 0.15})
        assert chosen.database_url
        outcome = crawl(chosen, chosen.database_url)
        assert {source: counts.fetched for source, counts in outcome.per_source.items()} == {"s1": 1, "s2": 1}
        times = [asked.time for asked in site.log]
        assert len(times) == 6
        # Requests are counted where they arrive, so a little less than the delay may lie between two.
        assert min(later - earlier for earlier, later in pairwise(times)) > 0.1

    def test_two_crawls_are_not_at_one_host_at_once(
        self, site: Website, look: Look, settings: Settings, tmp_path: Path
    ) -> None:
        site.announce("/article-1")
        catalogue = tmp_path / "other.yaml"
        catalogue.write_text(site.entry("another"), encoding="utf-8")
        (another,) = load_catalogue(catalogue)
        assert settings.database_url
        with connect(settings.database_url) as conn:
            assert frontier.hold_source(conn, another.id, hosts_of(another))
            with connect(settings.database_url) as second:
                assert not frontier.hold_source(second, "site-0", hosts_of(another))
                assert frontier.hold_source(second, "site-0")
            frontier.release_source(conn, another.id, hosts_of(another))

    def test_sources_that_share_a_host_are_read_by_one_crawl(self, tmp_path: Path) -> None:
        entry = "- id: {0}\n  name: {0}\n  country: FR\n  kind: daily\n  homepage: https://{1}/\n"
        catalogue = tmp_path / "catalogue.yaml"
        hosts = {"alpha": "www.a.fr", "beta": "b.fr", "gamma": "blogs.a.fr", "delta": "c.co.uk"}
        catalogue.write_text("".join(entry.format(*pair) for pair in hosts.items()), encoding="utf-8")
        groups = neighbours(load_catalogue(catalogue))
        assert sorted(sorted(group) for group in groups) == [["alpha", "gamma"], ["beta"], ["delta"]]


class TestRest:
    def test_a_host_that_asks_for_rest_gets_it_from_the_next_crawl_too(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.announce("/article-1")
        site.answers["/article-1"] = Reply(429, headers={"Retry-After": "3600"})
        look()
        asked = len(site.log)
        look()
        assert len(site.log) == asked
        (error,) = newest_poll(connection, "error")
        assert "is left alone for" in error
        assert "HTTP 429 with Retry-After" in error
        (until,) = connection.execute("SELECT rests_until FROM press.host").fetchone() or (None,)
        assert until > datetime.now(UTC) + timedelta(minutes=55)

        connection.execute("UPDATE press.host SET rests_until = now()")
        look()
        assert len(site.log) > asked

    def test_a_host_whose_pages_all_fail_is_not_hammered(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        pages = [f"/article-{number}" for number in range(12)]
        site.announce(*pages)
        site.answers |= {page: Reply(500) for page in pages}
        look()
        tried = [path for path in site.paths() if path.startswith("/article")]
        assert TROUBLES_AT_MOST <= len(tried) <= TROUBLES_AT_MOST + 1
        rows = connection.execute(
            "SELECT state, attempts, reason FROM press.page WHERE attempts = 0"
        ).fetchall()
        assert len(rows) == len(pages) - len(tried)
        assert {state for state, _, _ in rows} == {"discovered"}
        assert "requests in a row failed, the last with: HTTP 500" in rows[0][2]


class TestRules:
    def test_robots_txt_and_opt_outs_are_read_once_a_day(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.answers["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /prive/\n")
        site.announce("/article-1", "/prive/article-2")
        site.article("/article-1")
        look()
        site.announce("/article-1", "/prive/article-3")
        look()
        assert site.paths().count("/robots.txt") == 1
        assert site.paths().count("/.well-known/tdmrep.json") == 1
        assert "/prive/article-3" not in site.paths()

        connection.execute("UPDATE press.origin SET read_at = now() - interval '25 hours'")
        look()
        assert site.paths().count("/robots.txt") == 2

    def test_a_robots_txt_that_could_not_be_read_is_asked_for_again(self, site: Website, look: Look) -> None:
        site.announce("/article-1")
        site.answers["/robots.txt"] = Reply(500)
        look()
        site.answers["/robots.txt"] = Reply(404)
        assert look().totals["polls_ok"] == 1


class TestRhythm:
    def test_a_channel_with_little_that_is_new_is_looked_at_less_often(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.announce("/article-1")
        every = []
        for _ in range(4):
            look()
            every.append(feed(connection, "look_every"))
        assert every == ["01:00:00", "01:30:00", "02:15:00", "03:22:30"]

    def test_and_one_with_much_more_often(self, site: Website, look: Look, connection: Conn) -> None:
        site.announce("/article-1", "/article-2")
        look()
        site.announce("/article-2", "/article-3", "/article-4")
        look()
        assert feed(connection, "look_every") == "00:30:00"
        assert newest_poll(connection, "items", "fresh_items", "gap") == (3, 2, False)

    def test_what_the_publisher_says_is_a_lower_bound(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.announce("/article-1", **{"Cache-Control": "max-age=14400"})
        look()
        due = datetime.fromisoformat(feed(connection, "due_at"))
        assert due > datetime.now(UTC) + timedelta(hours=3, minutes=50)

    def test_a_list_that_rolled_on_is_read_further_back(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        def page(numbers: range, following: str) -> Reply:
            entries = "".join(
                f"<entry><title>{n}</title><id>{n}</id><link href='/article-{n}'/></entry>" for n in numbers
            )
            link = f"<link rel='next' href='{following}'/>"
            return Reply(
                body=f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{link}{entries}</feed>".encode()
            )

        site.answers["/rss.xml"] = page(range(1, 5), "/rss.xml?page=2")
        look()
        assert "/rss.xml?page=2" not in site.paths()
        site.answers["/rss.xml"] = page(range(11, 15), "/rss.xml?page=2")
        site.answers["/rss.xml?page=2"] = page(range(7, 11), "/rss.xml?page=3")
        site.answers["/rss.xml?page=3"] = page(range(3, 7), "/rss.xml?page=4")
        look()
        assert "/rss.xml?page=4" not in site.paths()
        assert newest_poll(connection, "items", "fresh_items", "gap") == (12, 10, False)
        assert "2 older pages read" in newest_poll(connection, "note")[0]

    def test_a_list_that_rolled_on_beyond_reach_is_noted_as_a_gap(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.announce("/article-1", "/article-2", "/article-3")
        look()
        site.announce("/article-7", "/article-8", "/article-9")
        look()
        assert newest_poll(connection, "gap") == (True,)
        assert feed(connection, "look_every") == "00:15:00"


class TestLies:
    def test_a_server_that_says_unchanged_for_ever_is_found_out(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        def announce(*pages: str) -> None:
            site.announce(*pages, ETag='"always"')
            body = site.answers["/rss.xml"]
            assert isinstance(body, Reply)
            site.answers["/rss.xml"] = lambda headers: Reply(304) if "If-None-Match" in headers else body

        announce("/article-1")
        look()
        announce("/article-1", "/article-2")
        look()
        assert newest_poll(connection, "outcome") == ("unchanged",)

        connection.execute("UPDATE press.feed SET last_full_at = now() - interval '2 days'")
        look()
        assert newest_poll(connection, "outcome", "fresh_items") == ("items", 1)
        assert "stayed the same while new articles came" in newest_poll(connection, "note")[0]
        announce("/article-1", "/article-2", "/article-3")
        look()
        assert newest_poll(connection, "outcome", "fresh_items") == ("items", 1)

    def test_unchanged_without_having_been_asked_is_a_failure(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.answers["/rss.xml"] = Reply(304)
        look()
        assert newest_poll(connection, "outcome", "error") == (
            "failed",
            "HTTP 304, though it was asked without conditions",
        )


class TestOnceMore:
    def test_a_page_whose_first_try_failed_is_tried_once_more_in_the_same_crawl(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        for number in (1, 2, 3):
            site.article(f"/article-{number}")
        well = site.answers["/article-3"]
        assert isinstance(well, Reply)
        replies = iter([Reply(503, headers={"Retry-After": "1"}), well])
        site.answers["/article-3"] = lambda _: next(replies)
        site.announce("/article-1", "/article-2", "/article-3")
        assert look().totals["fetched"] == 3
        assert site.paths().count("/article-3") == 2
        assert connection.execute("SELECT DISTINCT attempts FROM press.page").fetchall() == [(1,)]

    def test_a_crawl_that_ends_before_the_second_try_says_what_the_first_came_to(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.answers["/article-1"] = Reply(500)
        site.announce("/article-1")
        assert look(limit=1).totals["failed"] == 1
        assert site.paths().count("/article-1") == 1
        assert connection.execute(
            "SELECT state, attempts, reason, next_attempt_at > now() FROM press.page"
        ).fetchall() == [("discovered", 1, "HTTP 500 Internal Server Error", True)]

    def test_a_page_that_fails_twice_waits_for_another_crawl(
        self, site: Website, look: Look, connection: Conn
    ) -> None:
        site.answers["/article-1"] = Reply(500)
        site.announce("/article-1")
        look()
        assert site.paths().count("/article-1") == 2
        state, attempts, reason = connection.execute(
            "SELECT state, attempts, reason FROM press.page"
        ).fetchone() or (None, None, None)
        assert (state, attempts, reason) == ("discovered", 1, "HTTP 500 Internal Server Error")
        look()
        assert site.paths().count("/article-1") == 2
