"""Silence and completeness, measured by what was delivered: every case a history written into the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from processing.store import findings

Conn = Connection[TupleRow]


class Gazette:
    """A source with a history. Days are counted back from now."""

    def __init__(self, conn: Conn, *, expects_every: str | None = None) -> None:
        self._conn = conn
        conn.execute(
            "INSERT INTO press.source (id, name, country, kind, homepage, expects_every) "
            "VALUES ('gazette', 'Gazette', 'FR', 'daily', 'http://g.fr/', %s::interval)",
            (expects_every,),
        )
        self._pages = 0

    def channel(self, kind: str, *, looked_at: Iterable[float]) -> int:
        row = self._conn.execute(
            "INSERT INTO press.feed (source_id, url, kind) VALUES ('gazette', 'http://g.fr/' || %s, %s) RETURNING id",
            (kind, kind),
        ).fetchone()
        assert row is not None
        for days in looked_at:
            self._conn.execute(
                "INSERT INTO press.poll (feed_id, at, outcome, items) "
                "VALUES (%s, now() - make_interval(secs => %s * 86400), 'items', 9)",
                (row[0], days),
            )
            self._conn.execute(
                "UPDATE press.feed SET last_ok_at = now() - make_interval(secs => %s * 86400) WHERE id = %s",
                (days, row[0]),
            )
        return int(row[0])

    def stores(self, days: Sequence[float]) -> None:
        """Articles, stored so many days ago."""
        for ago in days:
            self._conn.execute(
                """
                WITH held AS (
                    INSERT INTO press.segment (path, records, bytes, sha256)
                    VALUES (%(n)s::text, 1, 1, 'x') RETURNING id
                ), page AS (
                    INSERT INTO press.page (url, source_id, fetch_url, state, segment_id, record_offset)
                    SELECT 'http://g.fr/a-' || %(n)s, 'gazette', '', 'extracted', id, 0 FROM held RETURNING id
                )
                INSERT INTO press.article (page_id, source_id, url, title, body, language, words, extractor_version,
                                           stored_at)
                SELECT id, 'gazette', '', 't', 'b', 'fr', 2, 'v', now() - make_interval(secs => %(ago)s * 86400)
                FROM page
                """,
                {"n": self._next(), "ago": ago},
            )

    def announces(self, count: int, *channels: int, days: float) -> None:
        """Pages that these channels announced so many days ago."""
        for _ in range(count):
            row = self._conn.execute(
                "INSERT INTO press.page (url, source_id, fetch_url) VALUES ('http://g.fr/p-' || %s, 'gazette', '') "
                "RETURNING id",
                (self._next(),),
            ).fetchone()
            assert row is not None
            for channel in channels:
                self._conn.execute(
                    "INSERT INTO press.sighting (feed_id, page_id, seen_at) "
                    "VALUES (%s, %s, now() - make_interval(secs => %s * 86400))",
                    (channel, row[0], days),
                )

    def _next(self) -> int:
        self._pages += 1
        return self._pages

    def health(self) -> dict[str, Any]:
        (row,) = findings.source_health(self._conn)
        return row


def spread(per_day: float, since: float, until: float) -> list[float]:
    """So many a day between two days ago."""
    count = round(per_day * (since - until))
    return [until + (since - until) * (number + 0.5) / count for number in range(count)]


class TestSilence:
    def test_a_daily_that_delivers_as_usual_is_well(self, connection: Conn) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[40, 1, 0.1])
        gazette.stores(spread(5, 40, 0))
        health = gazette.health()
        assert (health["silent"], health["low"], health["remark"]) == (False, False, "")
        assert health["articles_usual"] == 35

    def test_a_daily_without_an_article_for_two_days_is_silent(self, connection: Conn) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[40, 0.1])
        gazette.stores(spread(5, 40, 2))
        assert gazette.health()["remark"].startswith("silent: last article ")

    def test_a_review_with_an_article_a_week_is_not(self, connection: Conn) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[60, 0.1])
        gazette.stores(spread(1 / 7, 56, 5))
        assert gazette.health()["silent"] is False

    def test_what_the_catalogue_expects_comes_first(self, connection: Conn) -> None:
        gazette = Gazette(connection, expects_every="2 days")
        gazette.channel("feed", looked_at=[60, 0.1])
        gazette.stores(spread(1 / 7, 56, 3))
        assert gazette.health()["silent"] is True

    def test_a_source_that_is_new_is_not_yet_silent(self, connection: Conn) -> None:
        gazette = Gazette(connection, expects_every="2 days")
        gazette.channel("feed", looked_at=[1, 0.1])
        assert gazette.health()["silent"] is False

    def test_text_stored_again_by_a_better_extractor_is_no_delivery(self, connection: Conn) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[40, 0.1])
        gazette.stores(spread(5, 40, 4))
        connection.execute("UPDATE press.article SET extracted_at = now()")
        assert gazette.health()["silent"] is True

    def test_less_than_half_of_a_usual_week_is_low(self, connection: Conn) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[40, 0.1])
        gazette.stores([*spread(5, 40, 7), *spread(2, 7, 0)])
        health = gazette.health()
        assert (health["silent"], health["low"]) == (False, True)
        assert health["remark"] == "low: 14 articles in 7 days, usually 35"

    def test_a_source_that_was_not_looked_at_says_so_and_not_that_it_is_silent(
        self, connection: Conn
    ) -> None:
        gazette = Gazette(connection)
        gazette.channel("feed", looked_at=[40, 9])
        gazette.stores(spread(5, 40, 9))
        assert gazette.health()["remark"].startswith("not looked at since ")


class TestCompleteness:
    @pytest.fixture
    def gazette(self, connection: Conn) -> Gazette:
        return Gazette(connection)

    def test_what_two_channels_share_tells_how_much_is_missed(
        self, gazette: Gazette, connection: Conn
    ) -> None:
        feed = gazette.channel("feed", looked_at=[20, 1])
        sitemap = gazette.channel("sitemap", looked_at=[20, 1])
        gazette.announces(30, feed, sitemap, days=10)
        gazette.announces(30, feed, days=10)
        gazette.announces(20, sitemap, days=10)
        with connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute("SELECT * FROM press.v_completeness").fetchone()
        # Chapman: (60 + 1)(50 + 1) / (30 + 1) − 1 = 99.4
        assert found == {
            "source_id": "gazette", "announced": 80, "by_first": 60, "by_second": 50, "by_both": 30,
            "estimated": 99, "caught": pytest.approx(0.805, abs=0.001),
        }  # fmt: skip

    def test_what_a_first_look_brought_is_of_any_age_and_does_not_count(
        self, gazette: Gazette, connection: Conn
    ) -> None:
        feed = gazette.channel("feed", looked_at=[20, 1])
        sitemap = gazette.channel("sitemap", looked_at=[15, 1])
        gazette.announces(10, feed, days=20.01)
        gazette.announces(10, feed, days=16)
        gazette.announces(200, sitemap, days=15.01)
        gazette.announces(12, feed, sitemap, days=3)
        assert connection.execute("SELECT announced, estimated FROM press.v_completeness").fetchall() == [
            (12, 12)
        ]

    def test_one_channel_tells_nothing_and_neither_do_a_few_articles(
        self, gazette: Gazette, connection: Conn
    ) -> None:
        feed = gazette.channel("feed", looked_at=[20, 1])
        gazette.announces(30, feed, days=10)
        assert connection.execute("SELECT * FROM press.v_completeness").fetchall() == []
        section = gazette.channel("section", looked_at=[20, 1])
        gazette.announces(4, section, feed, days=3)
        assert connection.execute("SELECT announced, caught FROM press.v_completeness").fetchall() == [
            (34, None)
        ]

    def test_a_source_that_is_told_of_half_its_articles_is_remarked(self, gazette: Gazette) -> None:
        feed = gazette.channel("feed", looked_at=[20, 0.1])
        section = gazette.channel("section", looked_at=[20, 0.1])
        gazette.announces(5, feed, section, days=10)
        gazette.announces(15, feed, days=10)
        gazette.announces(15, section, days=10)
        gazette.stores(spread(2, 20, 0))
        assert gazette.health()["remark"] == "only 48 % of its articles are announced to us"
