"""Sites that could keep a crawl busy for ever: session ids, calendars, floods of links, challenges."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processing.address import canonical
from processing.bounds import excess
from processing.optouts import refused_by_page
from processing.settings import Settings
from processing.store.frontier import PageToFetch
from spiders.answers import challenged
from spiders.challenges import challenge_of
from spiders.discovery import MAX_ITEMS, DiscoveryError, parse_feed, parse_section, parse_sitemap
from spiders.discovery.listing import Announced
from spiders.discovery.sections import looks_like_article
from spiders.polling import MAX_PAGES, flooded
from tests.spiders.looking import Conn, look_at, pages, peak_memory, polls
from tests.spiders.website import Reply, Website

HERE = "https://gazette.example/monde/"


@pytest.mark.parametrize(
    "variant",
    [
        "/monde/article-7.html;jsessionid=8F3A21?id=7",
        "/monde/article-7.html?id=7&PHPSESSID=a8f3c2d1e4b5",
        "/monde/article-7.html?jsessionid=8F3A21&id=7",
        "/monde/article-7.html?id=7&sid=9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "/monde/article-7.html?id=7&ASPSESSIONIDQQARTBCD=KJHGFDSA",
        "/(S(lit3py55t21z5v55vlm25s55))/monde/article-7.html?id=7",
    ],
)
def test_a_session_makes_no_other_page(variant: str) -> None:
    known = canonical(f"https://exemple.fr{variant}")
    assert known == "https://exemple.fr/monde/article-7.html?id=7"
    assert canonical(known) == known


@pytest.mark.parametrize(
    "query", ["sid=412", "s=poutine", "session=plenière-2026", "sid=politique-etrangere-russie"]
)
def test_a_parameter_that_chooses_the_article_is_no_session(query: str) -> None:
    assert "?" in canonical(f"https://exemple.fr/article.php?{query}")


@pytest.mark.parametrize(
    "path",
    [
        "/agenda/2031-05/",
        "/agenda/2031/05/12/",
        "/calendrier?date=2031-05-12",
        "/2031/05/",
        "/monde/2026/11/22/",
        "/archives/20261122",
    ],
)
def test_a_calendar_leads_to_no_article(path: str) -> None:
    assert not looks_like_article(f"https://gazette.example{path}")


def test_a_million_links_in_a_page_are_read_in_part_and_quickly() -> None:
    page = b"<html>" + b"".join(b"<a href=/m/%d-un-deux>" % n for n in range(10_000, 510_000))
    begin = time.process_time()
    listing = parse_section(page, HERE, {})
    assert time.process_time() - begin < 10
    assert len(listing.items) == MAX_ITEMS
    assert listing.left_out > 0
    assert "only its first" in (listing.unread or "")


def test_a_sitemap_of_fifty_megabytes_is_read_up_to_the_protocols_limit() -> None:
    entries = b"".join(b"<url><loc>https://gazette.example/monde/%d</loc></url>" % n for n in range(900_000))
    packed = gzip.compress(b"<urlset>" + entries + b"</urlset>", 1)
    begin = time.process_time()
    listing = parse_sitemap(packed, HERE, {})
    assert time.process_time() - begin < 15
    assert len(listing.items) == MAX_ITEMS
    assert listing.unread == "only its first 50000 entries were read"


def test_what_is_no_entry_of_a_sitemap_is_not_kept_in_memory_nor_read_without_end() -> None:
    listing = parse_sitemap(b"<urlset>" + b"<x/>" * 2_500_000, HERE, {})
    assert listing.items == ()
    assert listing.unread == "only its first 0 entries were read"


def test_a_feed_of_a_hundred_thousand_items_gives_its_first_ones() -> None:
    items = b"".join(b"<item><link>https://gazette.example/%d</link></item>" % n for n in range(100_000))
    feed = b'<rss version="2.0"><channel><title>G</title>' + items + b"</channel></rss>"
    listing = parse_feed(feed, HERE, {})
    assert [item.url for item in listing.items[:2]] == [
        "https://gazette.example/0",
        "https://gazette.example/1",
    ]
    assert len(listing.items) == MAX_ITEMS
    assert listing.unread == f"only its first {MAX_ITEMS} items of 100000 were read"


@pytest.mark.parametrize(
    "body", [b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">", b"<b>" * 30_000]
)
def test_markup_that_no_parser_reads_in_time_is_told_before_it_is_parsed(body: bytes) -> None:
    assert excess(body)
    if b"a1" in body:
        with pytest.raises(DiscoveryError, match="more than 500 attributes"):
            parse_section(body, HERE, {})


def test_a_long_tag_with_few_attributes_is_read() -> None:
    assert excess(b"<div data-props='" + b'{"a b": 1} ' * 20_000 + b"' class=x><p>" + b"mot " * 5000) is None


def test_an_opt_out_is_found_in_a_page_that_is_too_large_to_be_parsed() -> None:
    page = b"<html><head>" + b"<a>" * 2_000_000 + b'<meta name="robots" content="noai"></head>'
    assert refused_by_page([], page) == '<meta name="robots" content="noai">'


def test_a_channel_may_not_flood_its_source_and_its_row_says_what_was_left_out(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    children = "".join(f"<sitemap><loc>/news-{n}.xml</loc></sitemap>" for n in range(3))
    with Website() as site:
        site.answers["/rss.xml"] = Reply(404)
        site.answers["/index.xml"] = Reply(body=f"<sitemapindex>{children}</sitemapindex>".encode())
        for n in range(2):
            urls = "".join(
                f"<url><loc>/article-{n}-{i}?PHPSESSID={i}</loc><lastmod>2026-11-{22 - n}</lastmod></url>"
                for i in range(1500)
            )
            site.answers[f"/news-{n}.xml"] = Reply(body=f"<urlset>{urls}</urlset>".encode())
        site.answers["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /article")
        catalogue = tmp_path / "flood.yaml"
        catalogue.write_text(site.entry("site").replace("feeds:", "sitemaps:").replace("rss", "index"))
        look_at(settings, tmp_path, {"site": site}, catalogue=catalogue)
    counts = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE announced_at >= '2026-11-22') FROM press.page"
    ).fetchone()
    assert counts == (MAX_PAGES, 1500)
    outcome, note = polls(connection)["site"]
    assert outcome == "items"
    assert "/news-2.xml: HTTP 404" in (note or "")
    assert "1000 items beyond 2000 left out, the newest were taken" in (note or "")


def test_a_look_that_takes_everything_has_nothing_to_say() -> None:
    assert flooded([Announced("https://g.example/1")] * MAX_PAGES) is None


CHALLENGE = "<html><title>Un instant…</title><script>window._cf_chl_opt={}</script></html>".encode()


def test_a_challenge_to_robots_is_no_page_and_is_asked_for_again_once_the_next_night(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    datadome = b"<html><script src='https://geo.captcha-delivery.com/captcha.js'></script></html>"
    with Website() as site, Website(host="127.0.0.2") as channel:
        site.answers |= {
            "/cloudflare": Reply(403, CHALLENGE, {"cf-mitigated": "challenge"}),
            "/avec-succes": Reply(200, CHALLENGE, {"Content-Type": "text/html"}),
            "/datadome": Reply(403, datadome),
        }
        site.announce("/cloudflare", "/avec-succes", "/datadome")
        channel.answers["/rss.xml"] = Reply(403, CHALLENGE, {"cf-mitigated": "challenge"})
        look_at(settings, tmp_path, {"site": site, "channel": channel})
        asked = len(site.log)
        connection.execute("UPDATE press.page SET next_attempt_at = now()")
        look_at(settings, tmp_path, {"site": site})
        connection.execute("UPDATE press.page SET next_attempt_at = now()")
        look_at(settings, tmp_path, {"site": site})
        pages_asked = [path for path in site.paths()[asked:] if path != "/robots.txt"]
    assert sum(path == "/cloudflare" for path in pages_asked) == 1
    assert pages(connection) == {
        "/cloudflare": ("failed", "HTTP 403: a challenge to robots (Cloudflare) (after 2 attempts)"),
        "/avec-succes": ("failed", "HTTP 200: a challenge to robots (Cloudflare) (after 2 attempts)"),
        "/datadome": ("failed", "HTTP 403: a challenge to robots (DataDome) (after 2 attempts)"),
    }
    assert polls(connection)["channel"] == ("failed", "HTTP 403: a challenge to robots (Cloudflare)")


def test_the_first_challenge_waits_for_the_next_night() -> None:
    now = datetime(2026, 11, 23, 3, tzinfo=UTC)
    left = challenged(PageToFetch(1, "https://g.example/1", "https://g.example/1", "g", 0), 403, "x", now)
    assert (left.state, left.next_attempt_at) == ("discovered", now + timedelta(hours=20))


def test_an_article_that_carries_such_a_services_script_is_no_challenge() -> None:
    article = b"<script src='https://js.datadome.co/tags.js'></script>" + b"<p>Un paragraphe.</p>" * 12
    assert challenge_of(200, {"x-datadome": "protected"}, article) is None
    assert challenge_of(200, {}, article + b"window._cf_chl_opt") is None
    assert challenge_of(403, {"x-datadome": "protected"}, article) == "a challenge to robots (DataDome)"


def test_channels_of_every_kind_that_announce_without_end_cost_the_crawl_little(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    links = b"<html>" + b"<a href=/monde/2026/11/22/x>" * 400_000
    entries = b"".join(b"<url><loc>/monde/%d</loc></url>" % n for n in range(900_000))
    with Website() as site:
        site.answers["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /monde")
        site.announce("/monde/1")
        with peak_memory() as usual:
            look_at(settings, tmp_path, {"site": site})
        site.answers["/section"] = Reply(body=links, headers={"Content-Type": "text/html"})
        site.answers["/sitemap.gz"] = Reply(body=gzip.compress(b"<urlset>" + entries, 1))
        catalogue = tmp_path / "endless.yaml"
        catalogue.write_text(
            site.entry("site") + f"  sections: [{site.base}/section]\n  sitemaps: [{site.base}/sitemap.gz]\n"
        )
        with peak_memory() as peak:
            look_at(settings, tmp_path, {"site": site}, catalogue=catalogue)
    rows = connection.execute("SELECT outcome, error FROM press.poll ORDER BY id DESC LIMIT 3").fetchall()
    assert sum("only its first" in (error or "") for _, error in rows) == 2
    print(usual.megabytes, peak.megabytes)
    assert peak.megabytes < usual.megabytes + 250
