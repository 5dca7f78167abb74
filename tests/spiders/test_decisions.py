"""The crawl's decisions, without a network: robots, opt-outs, times, answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from processing.optouts import parse_tdmrep, refused_by_file, refused_by_page
from processing.store.channels import DueFeed, Memory
from processing.store.frontier import Left, PageToFetch
from spiders.answers import MAX_HOPS, Follow, redirected, refused_answer, tried
from spiders.catalogue import Source
from spiders.discovery import Announced, DiscoveryError
from spiders.discovery.listing import Child
from spiders.polling import (
    Answer,
    children_to_read,
    digest,
    failed_poll,
    good_poll,
    items_of,
    read_answer,
)
from spiders.robots import robots_of, robots_unreachable
from spiders.schedule import PAGE_ATTEMPTS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PAGE = PageToFetch(7, "https://g.example/a", "https://g.example/a?xtor=1", "g", attempts=0)
FEED = DueFeed(
    1,
    "g",
    "https://g.example/rss.xml",
    "feed",
    'W/"a b"',
    "Mon, 23 Nov 2026 01:00:00 GMT",
    digest(b"same"),
    0,
)


KNOWN = Memory(fresh=0, shares=(), first_look=False)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, body, FEED.url, 0.1
    )


class TestRobots:
    RULES = b"User-agent: *\nDisallow: /\n\nUser-agent: vedette\nDisallow: /prive/\nCrawl-delay: 3\n"

    def test_the_group_that_names_us_counts(self) -> None:
        robots = robots_of(200, self.RULES)
        assert robots.allows("https://g.example/monde/") == "yes"
        assert robots.allows("https://g.example/prive/a") == "no"
        assert robots.delay == 3.0

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
    def test_without_a_robots_txt_everything_is_allowed(self, status: int) -> None:
        assert robots_of(status, self.RULES).allows("https://g.example/prive/a") == "yes"

    @pytest.mark.parametrize(
        "robots",
        [robots_of(500, b""), robots_of(503, b""), robots_of(429, b""), robots_unreachable("timeout")],
    )
    def test_while_robots_txt_cannot_be_read_nothing_is_fetched(self, robots: object) -> None:
        assert robots.allows("https://g.example/") == "later"  # type: ignore[attr-defined]

    def test_request_rate_is_a_delay_too(self) -> None:
        assert robots_of(200, b"User-agent: *\nRequest-rate: 1/10\n").delay == 10.0

    def test_html_served_as_robots_txt_says_nothing(self) -> None:
        assert robots_of(200, b"<html><body>Accueil</body></html>").allows("https://g.example/a") == "yes"


class TestOptOuts:
    FILE = b'[{"location": "/", "tdm-reservation": 0}, {"location": "/dossiers/*", "tdm-reservation": 1, "tdm-policy": "https://g/p"}]'

    def test_the_longest_location_of_the_file_decides_and_is_the_proof(self) -> None:
        rules = parse_tdmrep(self.FILE)
        assert refused_by_file(rules, "https://g.example/monde/a") is None
        proof = refused_by_file(rules, "https://g.example/dossiers/chine?id=1")
        assert proof == '/.well-known/tdmrep.json: location "/dossiers/*", tdm-reservation 1'

    def test_a_location_may_end_with_a_dollar(self) -> None:
        rules = parse_tdmrep(b'[{"location": "*.pdf$", "tdm-reservation": "1"}]')
        assert refused_by_file(rules, "https://g.example/a.pdf")
        assert not refused_by_file(rules, "https://g.example/a.pdf?x=1")

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[1, {}]", b'{"location": 3}', b"[" * 5000, b"\xff\xfe"]
    )
    def test_an_unreadable_file_says_nothing(self, body: bytes) -> None:
        assert parse_tdmrep(body) == ()

    @pytest.mark.parametrize(
        ("headers", "html", "proof"),
        [
            ([("TDM-Reservation", "1")], "", "header tdm-reservation: 1"),
            ([("tdm-reservation", "0")], "", None),
            ([("X-Robots-Tag", "noindex, noai")], "", "header X-Robots-Tag: noindex, noai"),
            ([("X-Robots-Tag", "vedette: noai")], "", "header X-Robots-Tag: vedette: noai"),
            ([("X-Robots-Tag", "otherbot: noai")], "", None),
            ([("X-Robots-Tag", "noindex")], "", None),
            ([], '<meta name="TDM-Reservation" content="1">', '<meta name="tdm-reservation" content="1">'),
            (
                [],
                '<meta content="noai, noimageai" name="robots">',
                '<meta name="robots" content="noai, noimageai">',
            ),
            ([], '<meta name="robots" content="noindex">', None),
            ([("tdm-reservation", "1")], '<meta name="tdm-reservation" content="0">', None),
            ([], "<p>Que veut dire « noai » ou tdm-reservation ?</p>", None),
        ],
    )
    def test_the_page_itself_has_its_say(
        self, headers: list[tuple[str, str]], html: str, proof: str | None
    ) -> None:
        body = f"<html><head>{html}</head><body>…</body></html>".encode()
        assert refused_by_page(headers, body) == proof


class TestPages:
    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (404, "gone"),
            (410, "gone"),
            (401, "failed"),
            (451, "failed"),
            (500, "discovered"),
            (403, "discovered"),
        ],
    )
    def test_what_a_status_makes_of_a_page(self, status: int, state: str) -> None:
        left = refused_answer(PAGE, status, None, NOW)
        assert (left.state, left.status) == (state, status)
        assert left.reason.startswith(f"HTTP {status}")

    def test_retry_after_puts_a_page_off(self) -> None:
        assert refused_answer(PAGE, 503, "7200", NOW).next_attempt_at == NOW + timedelta(hours=2)

    def test_after_the_last_attempt_a_page_has_failed(self) -> None:
        worn = PageToFetch(7, PAGE.url, PAGE.fetch_url, "g", attempts=PAGE_ATTEMPTS - 1)
        left = tried(worn, "no answer in time", NOW)
        assert (left.state, left.reason) == ("failed", f"no answer in time (after {PAGE_ATTEMPTS} attempts)")

    def test_a_redirect_is_followed_to_a_web_address_only(self) -> None:
        assert redirected(PAGE, PAGE.fetch_url, 301, "/b?utm_source=x", 1) == Follow(
            "https://g.example/b?utm_source=x", "https://g.example/b"
        )
        for location in ("file:///etc/passwd", "javascript:1", "http://[::1", None):
            left = redirected(PAGE, PAGE.fetch_url, 302, location, 1)
            assert isinstance(left, Left)
            assert left.state == "failed"

    def test_a_chain_of_redirects_ends(self) -> None:
        assert isinstance(redirected(PAGE, PAGE.fetch_url, 302, "/b", MAX_HOPS), Follow)
        assert isinstance(redirected(PAGE, PAGE.fetch_url, 302, "/b", MAX_HOPS + 1), Left)


class TestChannels:
    SOURCE = Source(
        id="g",
        name="G",
        country="FR",
        kind="daily",
        homepage="https://g.example",
        feeds=(FEED.url,),
        exclude=("/jeux/",),
    )

    @pytest.mark.parametrize("same", [replace(answer(304), conditional=True), answer(200, b"same")])
    def test_304_and_the_same_body_mean_unchanged(self, same: Answer) -> None:
        assert read_answer(FEED, same) == "unchanged"

    @pytest.mark.parametrize("status", [404, 418, 500])
    def test_another_status_is_a_failed_look(self, status: int) -> None:
        with pytest.raises(DiscoveryError, match=f"HTTP {status}"):
            read_answer(FEED, answer(status))

    def test_a_failed_look_waits_as_long_as_the_server_asks(self) -> None:
        poll = failed_poll(FEED, "HTTP 503", NOW, "passing", answer=answer(503, retry_after="10800"))
        assert (poll.outcome, poll.due_at) == ("failed", NOW + timedelta(hours=3))

    def test_items_are_known_by_their_canonical_address_once(self) -> None:
        announced = [
            Announced("https://g.example/a?xtor=RSS-1#ancre"),
            Announced("https://g.example/a"),
            Announced("mailto:x@g.example"),
            Announced("https://g.example/"),
            Announced(FEED.url),
            Announced("https://g.example/jeux/mots"),
        ]
        (item,) = items_of(self.SOURCE, announced)
        assert (item.url, item.fetch_url) == ("https://g.example/a", "https://g.example/a?xtor=RSS-1")

    def test_an_index_keeps_no_validators_because_its_parts_change_without_it(self) -> None:
        poll = good_poll(FEED, answer(200, b"<sitemapindex/>", etag='"i"'), NOW, (), KNOWN, from_index=True)
        assert (poll.etag, poll.body_sha256, poll.outcome) == (None, None, "empty")

    def test_sub_sitemaps_are_chosen_by_name_and_age(self) -> None:
        old = [Child(f"https://g.example/archives-{n}.xml", NOW - timedelta(days=300 + n)) for n in range(40)]
        fresh = Child("https://g.example/part-9.xml", NOW - timedelta(hours=3))
        news = Child("https://g.example/news.xml")
        assert children_to_read([*old, fresh, news], NOW) == [news.url, fresh.url]
        assert children_to_read(old, NOW) == ["https://g.example/archives-0.xml"]
        assert children_to_read([], NOW) == []
