"""Every kind of channel, whole and broken."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery import PARSERS, DiscoveryError, Listing, parse_feed, parse_section, parse_sitemap
from spiders.discovery.listing import MAX_ITEMS
from spiders.discovery.sections import looks_like_article

HERE = "https://gazette.example/rss/une.xml"
XML = {"content-type": "application/xml"}

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Gazette</title><link>https://gazette.example/</link><ttl>15</ttl>
<item><title>Exercice <b>naval</b> &amp; aérien</title><link>https://gazette.example/a?xtor=RSS-1</link>
<pubDate>Sun, 22 Nov 2026 18:30:00 +0100</pubDate></item>
<item><title>Sans lien</title></item>
<item><guid>https://gazette.example/b</guid><pubDate>hier</pubDate></item>
<item><link>/c</link></item>
</channel></rss>"""


def urls(listing: Listing) -> list[str]:
    return [item.url for item in listing.items]


def test_rss() -> None:
    listing = parse_feed(RSS.encode(), HERE, XML)
    assert urls(listing) == [
        "https://gazette.example/a?xtor=RSS-1",
        "https://gazette.example/b",
        "https://gazette.example/c",
    ]
    first, second, _ = listing.items
    assert first.published_at == datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert first.title is not None
    assert " ".join(first.title.split()) == "Exercice naval & aérien"
    assert second.published_at is None
    assert listing.ttl == 15 * 60


def test_atom() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><entry><title>Visite d’État</title>
    <link rel="self" href="https://gazette.example/api/1"/><link href="../monde/visite"/>
    <published>2026-11-22T08:00:00-05:00</published></entry></feed>"""
    (item,) = parse_feed(atom.encode(), HERE, {}).items
    assert (item.url, item.title) == ("https://gazette.example/monde/visite", "Visite d’État")
    assert item.published_at == datetime(2026, 11, 22, 13, tzinfo=UTC)


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/monde/1", "title": "Un", "date_published": "2026-11-22T08:00:00+01:00"},
            {"id": "https://gazette.example/monde/2"},
            {"id": "tag:3"},
            "no item",
        ],
    }
    listing = parse_feed(json.dumps(feed).encode(), HERE, {"content-type": "application/feed+json"})
    assert urls(listing) == ["https://gazette.example/monde/1", "https://gazette.example/monde/2"]
    assert listing.items[0].published_at == datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_a_malformed_feed_keeps_the_entries_it_has() -> None:
    broken = RSS.replace("&amp;", "&").replace("</channel></rss>", "<item><title>coup")
    assert len(parse_feed(broken.encode(), HERE, XML).items) == 3


def test_a_feed_in_an_old_charset_is_read_by_what_its_head_says() -> None:
    old = RSS.replace("UTF-8", "windows-1252").encode("windows-1252")
    assert "aérien" in (parse_feed(old, HERE, {}).items[0].title or "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>Maintenance</body></html>", "an HTML page came instead of a feed"),
        (b"Service unavailable", "not a feed"),
        (b'{"message": "no"}', "no JSON Feed"),
        (b'{"items": [', "not a JSON Feed that can be read"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, said: str) -> None:
    with pytest.raises(DiscoveryError, match=said):
        parse_feed(body, HERE, {})


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(b'<rss version="2.0"><channel><title>G</title></channel></rss>', HERE, {}).items == ()


NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://gazette.example/monde/1 </loc><lastmod>2026-11-23</lastmod>
<news:news><news:title>Un titre</news:title>
<news:publication_date>2026-11-22T20:15:00+01:00</news:publication_date></news:news></url>
<url><loc>https://gazette.example/monde/2</loc><lastmod>2026-11-21</lastmod></url><url><priority>1</priority></url></urlset>"""


@pytest.mark.parametrize("pack", [lambda body: body, gzip.compress])
def test_a_news_sitemap_plain_and_gzipped(pack: object) -> None:
    listing = parse_sitemap(pack(NEWS.encode()), HERE, {})  # type: ignore[operator]
    assert urls(listing) == ["https://gazette.example/monde/1", "https://gazette.example/monde/2"]
    assert listing.items[0].title == "Un titre"
    assert listing.items[0].published_at == datetime(2026, 11, 22, 19, 15, tzinfo=UTC)
    assert listing.items[1].published_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_a_sitemap_index() -> None:
    index = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>/news-1.xml.gz</loc><lastmod>2026-11-22T10:00:00Z</lastmod></sitemap></sitemapindex>"""
    listing = parse_sitemap(index.encode(), HERE, {})
    assert listing.items == ()
    assert [child.url for child in listing.children] == ["https://gazette.example/news-1.xml.gz"]


def test_a_truncated_sitemap_gives_what_stands_before_the_break() -> None:
    assert urls(parse_sitemap(NEWS[: NEWS.index("<lastmod>2026-11-21")].encode(), HERE, {}))[0].endswith("/1")


def test_a_text_sitemap() -> None:
    assert len(parse_sitemap(b"https://gazette.example/1\nhttps://gazette.example/2\n", HERE, {}).items) == 2


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    bomb = """<!DOCTYPE u [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>
    <urlset><url><loc>https://gazette.example/&b;&f;</loc></url></urlset>"""
    assert all(
        "x" not in url.removeprefix("https://gazette.example")
        for url in urls(parse_sitemap(bomb.encode(), HERE, {}))
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"<html><body>404</body></html>", "the document is a <html>"),
        (RSS.encode(), "list it under feeds"),
        (b"Not found", "neither XML nor a list of addresses"),
        (b"\x1f\x8b\x08broken", "cannot be unpacked"),
    ],
)
def test_what_is_no_sitemap_is_told(body: bytes, said: str) -> None:
    with pytest.raises(DiscoveryError, match=said):
        parse_sitemap(body, HERE, {})


def test_a_section_page_gives_its_articles_and_nothing_else() -> None:
    section = """<html><head><base href="https://gazette.example/monde/"></head><body>
    <nav><a href="/">Une</a><a href="/monde/">Monde</a><a href="/abonnement/">S’abonner</a>
    <a href="/auteur/jean-dupont-12345">J.</a>
    <a href="mailto:redaction@gazette.example">écrire</a>
    <a href="/tag/chine-russie-cooperation">tag</a><a href="?page=2">2</a></nav>
    <a href="pekin-et-moscou-signent-un-accord">Pékin et Moscou</a>
    <a href="/monde/2026/11/22/gaz.html">Gaz</a><a href="/monde/2026/11/22/gaz.html#commentaires">12</a>
    <a href="https://autre.example/2026/11/22/ailleurs-un-long-titre-d-article">ailleurs</a>
    <a href="/photos/2026/11/22/image-du-jour.jpg">photo</a></body></html>"""
    listing = parse_section(
        section.encode(),
        "https://gazette.example/international/",
        {"content-type": "text/html; charset=utf-8"},
    )
    assert urls(listing) == [
        "https://gazette.example/monde/pekin-et-moscou-signent-un-accord",
        "https://gazette.example/monde/2026/11/22/gaz.html",
    ]
    assert listing.items[0].title == "Pékin et Moscou"


@pytest.mark.parametrize(
    "path",
    [
        "/international/article/2026/11/22/russie-chine-exercice_6120268_3232.html",
        "/fr/monde/20261122-chine-russie",
        "/?p=40211&article",
        "/spip.php?article8532",
        "/1927",
        "/monde/la-chine-et-la-russie-manoeuvrent",
        "/actualite/defense-123456.php",
        "/a-65331234/russie-chine-un-accord",
    ],
)
def test_shapes_of_articles(path: str) -> None:
    assert looks_like_article(f"https://gazette.example{path}") is ("?p=" not in path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/monde",
        "/monde/asie-pacifique",
        "/page/12345",
        "/auteur/marie-durand-des-pres-45123",
        "/tag/force-de-siberie-deux-gaz",
        "/mentions-legales",
        "/recherche?q=2026",
        "/videos",
        "/media/photo-de-la-une-2026.jpg",
    ],
)
def test_shapes_of_other_pages(path: str) -> None:
    assert not looks_like_article(f"https://gazette.example{path}")


@pytest.mark.parametrize(
    ("body", "said"), [(b" ", "empty"), (b"<html><script>app()</script></html>", "no links")]
)
def test_a_section_page_without_links_is_told(body: bytes, said: str) -> None:
    with pytest.raises(DiscoveryError, match=said):
        parse_section(body, HERE, {})


def test_an_endless_sitemap_is_cut_and_the_newest_are_kept() -> None:
    urls_ = "".join(
        f"<url><loc>https://g.example/{n}</loc><lastmod>20{n % 27:02}-01-01</lastmod></url>"
        for n in range(MAX_ITEMS + 50)
    )
    listing = parse_sitemap(f"<urlset>{urls_}</urlset>".encode(), HERE, {})
    assert (len(listing.items), listing.left_out) == (MAX_ITEMS, 50)
    kept = min(item.published_at for item in listing.items if item.published_at)
    assert kept >= datetime(2000, 1, 1, tzinfo=UTC)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<rss>",
            "<item>",
            "<link>https://a.example/1</link>",
            "</item>",
            "<urlset>",
            "<url><loc>x</loc>",
            "{",
            "]]>",
            "<![CDATA[",
            "&a;",
            "<a href='http://[1'>",
            "<a href=/x-y-z-1>",
            "\x00",
            "é",
            "<!DOCTYPE x [",
            "<?xml version='1.1'?>",
        ]
    )
)


@given(st.one_of(st.binary(max_size=200), FRAGMENTS.map(lambda parts: "".join(parts).encode())))
def test_no_body_makes_a_parser_fail_in_another_way(body: bytes) -> None:
    for parse in PARSERS.values():
        try:
            listing = parse(body, HERE, {})
        except DiscoveryError:
            continue
        assert len(listing.items) <= MAX_ITEMS
