"""Feeds as publishers serve them: malformed in every way that was met among 2,045 recorded ones, and more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.settings import Settings
from spiders.discovery import DiscoveryError, parse_feed
from spiders.discovery.feed_bounds import MAX_TAGS, bounded, without_doctype
from spiders.discovery.listing import MAX_ITEMS
from tests.spiders.looking import Conn, look_at, polls
from tests.spiders.website import Reply, Website

HERE = "https://gazette.example/rss.xml"
ITEMS = "".join(
    f"<item><title>Été n° {n}</title><link>https://gazette.example/{n}</link><guid>g{n}</guid></item>"
    for n in range(3)
)
FEED = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>G</title>{ITEMS}</channel></rss>'

MALFORMED = {
    "blank lines first": "\n\n  " + FEED,
    "a byte-order mark": "\ufeff" + FEED,
    "words of the server first": "Warning: session expired in /var/www on line 3\n" + FEED,
    "a comment first": "<!-- cache 12 ms -->" + FEED,
    "ampersands": FEED.replace("n° 1", "Dupont & fils &copy &"),
    "named characters": FEED.replace("n° 1", "&eacute;t&eacute; &nbsp; &laquo;&#8217;&raquo;"),
    "an unknown name": FEED.replace("n° 1", "&inconnu;"),
    "undeclared prefixes": FEED.replace("<guid>", "<dc:date>hier</dc:date><media:thumbnail url='x'/><guid>"),
    "capitals": FEED.replace("item>", "ITEM>").replace("channel>", "Channel>"),
    "controls": FEED.replace("n° 1", "a\x0bb\x1fc\x00d"),
    "never closed": FEED[: FEED.index("</channel>")],
    "closed twice": FEED.replace("</channel>", "</channel></channel>"),
    "wrongly nested": FEED.replace(
        "</title><link>https://gazette.example/1", "</link><link>https://gazette.example/1"
    ),
    "an open CDATA at its end": FEED.replace("</channel>", "<item><title><![CDATA[coup"),
    "a script after its end": FEED + "<script>track()</script>",
    "a document type": FEED.replace(
        "<rss", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd"><rss'
    ),
    "entities of its own": FEED.replace(
        "<rss", '<!DOCTYPE rss [<!ENTITY x "y"><!ENTITY z SYSTEM "file:///etc/hostname">]><rss'
    ),
    "another charset than it says": FEED.replace("utf-8", "us-ascii"),
    "an empty link before the link": FEED.replace("<link>", "<link/><link>"),
    "two titles and links": FEED.replace("<guid>", "<title>autre</title><guid>"),
}


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize(
    "content_type", ["application/rss+xml", "text/html; charset=iso-8859-1", "text/plain", ""]
)
def test_a_malformed_feed_gives_all_its_items(name: str, content_type: str) -> None:
    listing = parse_feed(
        MALFORMED[name].encode(), HERE, {"content-type": content_type} if content_type else {}
    )
    assert [item.url for item in listing.items] == [f"https://gazette.example/{n}" for n in range(3)]
    assert (listing.items[0].title or "").startswith("Été")
    assert listing.unread is None


def test_an_entry_whose_link_is_empty_is_known_by_its_permalink() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example/wp-atom.php"><title>G</title>
    <link rel="self" href="https://gazette.example/feed/atom/"/>
    <entry><title>Un</title><link rel="alternate" href=""/><id>https://gazette.example/?p=1</id></entry>
    <entry><title>Deux</title><link rel="alternate" href=""/><id>https://gazette.example/?p=2</id></entry></feed>"""
    items = parse_feed(atom.encode(), HERE, {}).items
    assert [item.url for item in items] == ["https://gazette.example/?p=1", "https://gazette.example/?p=2"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><head><title>Connexion</title></head></html>", "an HTML page came instead of a feed"),
        (b"\xef\xbb\xbf\n<!-- x -->\n<!DOCTYPE HTML>\n<HTML><body>", "an HTML page came instead of a feed"),
        ("<!doctype html><title>Maintenance".encode("utf-16"), "an HTML page came instead of a feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a feed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a feed: neither RSS"),
        (b'{"items": [' + b"{}," * 2_000_000 + b"{}]}", "more than 4 MiB"),
        (b"[" * 200_000, "not a feed"),
        (b'{"a":' * 200_000, "not a JSON Feed that can be read"),
    ],
)
def test_what_came_in_a_feeds_place_is_told(body: bytes, said: str) -> None:
    with pytest.raises(DiscoveryError, match=said):
        parse_feed(body, HERE, {"content-type": "application/rss+xml"})


def test_a_feed_that_turned_into_a_page_is_a_failed_look(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site, Website(host="127.0.0.2") as mislabelled:
        site.answers["/rss.xml"] = Reply(
            body=b"<!doctype html><p>Nos flux ont chang\xe9", headers={"Content-Type": "application/rss+xml"}
        )
        mislabelled.answers["/rss.xml"] = Reply(body=FEED.encode(), headers={"Content-Type": "text/html"})
        look_at(settings, tmp_path, {"site": site, "mislabelled": mislabelled})
    assert polls(connection) == {
        "site": ("failed", "an HTML page came instead of a feed"),
        "mislabelled": ("items", None),
    }


def test_a_bounded_feed_keeps_its_head_its_first_items_and_its_end() -> None:
    many = "".join(f"<item><link>https://gazette.example/{n}</link></item>" for n in range(MAX_ITEMS + 2000))
    part = bounded(f"<rss><channel><ttl>9</ttl>{many}</channel></rss>".encode())
    assert part.body.startswith(b"<rss><channel><ttl>9</ttl><item>")
    assert part.body.endswith(b"</item></channel></rss>")
    assert part.body.count(b"<item>") == MAX_ITEMS
    assert part.unread == f"only its first {MAX_ITEMS} items of {MAX_ITEMS + 2000} were read"


def test_a_feed_of_heavy_items_is_cut_between_two_of_them() -> None:
    heavy = "<item>" + "<b>x</b>" * 20_000 + "</item>"
    part = bounded(f"<rss><channel>{heavy * 9}</channel></rss>".encode())
    assert part.body.count(b"<") <= MAX_TAGS + 10
    assert part.body.count(b"<item>") == part.body.count(b"</item>") == 3


@given(st.lists(st.sampled_from(["<!DOCTYPE", " rss", "[", "<!ENTITY a 'b'>", "]", ">", "<rss>", "]>", "é"])))
def test_a_document_type_is_taken_out_and_nothing_else(pieces: list[str]) -> None:
    body = "".join(pieces).encode()
    left = without_doctype(body)
    assert len(left) <= len(body)
    if b"<!DOCTYPE" not in body:
        assert left == body
