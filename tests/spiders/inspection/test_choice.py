"""What a channel is worth, and which are kept: decided without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from spiders.catalogue import Channel, Source
from spiders.discovery import Announced
from spiders.inspection.asking import MAX_REQUESTS, Asking, Spent
from spiders.inspection.candidates import Candidate
from spiders.inspection.channels import Look, failed, failed_with, feed_title, measured
from spiders.inspection.choice import TRIES, changes, chosen, to_try
from spiders.inspection.findings import Origin
from spiders.inspection.homepage import read_home_page

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
HOME = "https://www.exemple.fr/"
SOURCE = Source(id="exemple", name="L'Exemple", country="FR", kind="daily", homepage=HOME)  # type: ignore[call-arg]
TITLES = (
    "La flotte russe et la marine chinoise ont quitté le port dans la nuit",
    "Le ministre des armées a reçu son homologue à Paris pour parler du budget",
    "Pourquoi les prix du gaz baissent encore cet hiver dans toute l'Europe",
    "Les habitants du quartier attendent toujours la réouverture de la ligne",
)


def items(*numbers: int, base: str = HOME, age: timedelta | None = timedelta(hours=1)) -> list[Announced]:
    return [
        Announced(f"{base}monde/article-{n}", TITLES[n % 4], NOW - age * (n + 1) if age else None)
        for n in numbers
    ]


def look(
    path: str,
    announced: Sequence[Announced],
    kind: Channel = "feed",
    origin: Origin = "autodiscovery",
    source: Source = SOURCE,
) -> Look:
    url = HOME + path
    return measured(Candidate(kind, url, origin), url, announced, source, NOW)


def kept(looks: Sequence[Look]) -> list[str]:
    return [one.found.url.removeprefix(HOME) for one in chosen(looks) if one.found.kept]


def test_a_channel_is_measured() -> None:
    found = look("rss.xml", [*items(0, 1, 2), *items(3, base="https://ailleurs.be/", age=None)]).found
    assert (found.verdict, found.items, found.dated, found.own_share, found.language) == (
        "good",
        4,
        3,
        0.75,
        "fr",
    )
    assert (found.newest, found.oldest) == (NOW - timedelta(hours=1), NOW - timedelta(hours=3))


ENGLISH = [
    Announced(
        f"{HOME}en/{n}",
        "The navy of the country left its home port during the night for a long exercise",
        NOW,
    )
    for n in range(4)
]


@pytest.mark.parametrize(
    ("announced", "verdict", "remark"),
    [
        ([], "bad", "no items in it"),
        (
            items(0, 1, 2, 3, base="https://ailleurs.be/"),
            "bad",
            "only 0% of its links lead to the source's own site",
        ),
        (ENGLISH, "bad", "its titles are in « en »"),
        (items(0, 1, age=timedelta(days=40)), "doubtful", "nothing new since 2026-10-16"),
        (items(0, 1, age=None), "doubtful", "no item is dated"),
        (items(0, age=timedelta(days=-3)), "doubtful", "an item is dated 2026-11-28, which is to come"),
    ],
)
def test_what_is_wrong_with_a_channel_is_said(announced: list[Announced], verdict: str, remark: str) -> None:
    found = look("rss.xml", announced).found
    assert (found.verdict, found.remark) == (verdict, remark)


def test_one_title_is_not_enough_to_call_a_channel_foreign() -> None:
    found = look(
        "rss.xml", [Announced(f"{HOME}monde/a-1", "Vladimir Poutine, Xi Jinping, Kim Jong-un", NOW)]
    ).found
    assert (found.language, found.verdict) == (None, "good")


def test_items_that_the_entry_does_not_want_do_not_count() -> None:
    picky = SOURCE.model_copy(update={"include": ("/defense/",)})
    found = look("rss.xml", items(0, 1), source=picky).found
    assert (found.items, found.wanted, found.verdict) == (2, 0, "bad")


def test_feeds_and_a_news_sitemap_are_kept_and_the_home_page_is_not_needed_beside_them() -> None:
    looks = [
        look("", items(0, 1), "section", "home page"),
        look("rss.xml", items(0, 1, 2)),
        look("sport/rss.xml", items(7, 8)),
        look("monde/rss.xml", items(0, 5, 6)),
        look("sitemap.xml", items(*range(40), age=timedelta(days=1)), "sitemap", "robots.txt"),
        look("news.xml", items(0, 1, 2, 3), "sitemap", "robots.txt"),
    ]
    assert kept(looks) == ["rss.xml", "sport/rss.xml", "monde/rss.xml", "news.xml"]
    remarks = {one.found.url: one.found.remark for one in chosen(looks)}
    assert remarks[HOME] == "feeds and sitemaps suffice"
    assert remarks[f"{HOME}sitemap.xml"] == "an archive; there is a news sitemap"


def test_a_channel_that_names_what_another_one_names_is_left_out() -> None:
    looks = [look("feed/", items(0, 1, 2)), look("une/feed/", items(0, 1))]
    assert kept(looks) == ["feed/"]
    assert chosen(looks)[1].found.remark == f"names the same articles as {HOME}feed/"


def test_with_one_kind_of_channel_a_desk_of_its_own_is_kept_too() -> None:
    looks = [
        look("", items(0, 1), "section", "home page"),
        look("monde/", items(0, 1, 2), "section", "page"),
        look("rss.xml", items(0, 1, 2)),
    ]
    assert kept(looks) == ["monde/", "rss.xml"]


def test_what_is_stale_is_kept_only_where_there_is_nothing_better() -> None:
    stale = look("vieux.xml", items(0, 1, age=timedelta(days=40)))
    assert kept([stale, look("rss.xml", items(2, 3))]) == ["rss.xml"]
    assert kept([stale]) == ["vieux.xml"]


def test_beside_a_working_channel_of_the_entry_none_of_its_kind_is_proposed() -> None:
    looks = [
        look("rss.xml", items(0, 1), origin="catalogue"),
        look("monde/rss.xml", items(2, 3)),
        look("news.xml", items(0, 1, 2), "sitemap", "robots.txt"),
    ]
    assert [(one.action, one.field, one.url) for one in changes(chosen(looks))] == [
        ("add", "sitemaps", f"{HOME}news.xml")
    ]


def test_what_gives_nothing_for_good_goes_and_what_fails_today_stays() -> None:
    entry = [Candidate("feed", f"{HOME}{name}", "catalogue") for name in ("dead", "down", "slow")]
    looks = [
        failed_with(entry[0], 404, "HTTP 404", entry[0].url),
        failed_with(entry[1], 503, "HTTP 503", entry[1].url),
        failed(entry[2], "no answer in time", lasting=False),
    ]
    assert [(one.action, one.url) for one in changes(chosen(looks))] == [("drop", f"{HOME}dead")]


def test_a_channel_that_moved_comes_under_its_new_address() -> None:
    moved = measured(
        Candidate("feed", f"{HOME}rss", "catalogue"), f"{HOME}feed/rss.xml", items(0, 1), SOURCE, NOW
    )
    assert [(one.action, one.url) for one in changes(chosen([moved]))] == [
        ("drop", f"{HOME}rss"),
        ("add", f"{HOME}feed/rss.xml"),
    ]
    same = measured(
        Candidate("feed", "http://exemple.fr/rss", "catalogue"), f"{HOME}rss/", items(0, 1), SOURCE, NOW
    )
    assert changes(chosen([same])) == ()


def test_articles_are_tried_from_each_channel_in_turn_newest_first() -> None:
    looks = chosen([look("rss.xml", items(3, 1, 2)), look("monde/rss.xml", items(9, 8, 7, 6, 5, 4))])
    tried = [int(item.url.rpartition("-")[2]) for item in to_try(looks)]
    assert tried == [1, 4, 2, 5, 3, 6]
    assert len(tried) == TRIES


def test_a_look_has_an_end() -> None:
    asking = Asking(None, "exemple")  # type: ignore[arg-type]
    asking.requests = MAX_REQUESTS
    with pytest.raises(Spent, match="70 requests are enough"):
        asyncio.run(asking("one more", HOME))


def test_a_page_made_to_be_slow_is_read_in_time() -> None:
    begun = perf_counter()
    assert feed_title(b"<title" * 10_000) is None
    read_home_page(b"<html><body>" + b"generator " * 40_000, HOME)
    assert perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            b"<rss><channel><title><![CDATA[L'Exemple &amp; fils]]></title><item><title>Non</title>",
            "L'Exemple & fils",
        ),
        (b"\xef\xbb\xbf<feed><title type='text'>\n L'Exemple\n</title>", "L'Exemple"),
        (b'{"title": "L\'Exemple", "items": []}', "L'Exemple"),
        (b"{", None),
        (b"<rss><channel></channel></rss>", None),
    ],
)
def test_a_feed_says_its_name(body: bytes, title: str | None) -> None:
    assert feed_title(body) == title
