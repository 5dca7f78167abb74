"""What tests and the demonstration rely on in the bundled newsstand."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.etree
import lxml.html
import pytest
import yaml

from tests.newsstand import Newsstand
from tests.newsstand.press import ExpectedMention, plain, resolve_dates

CATEGORIES = (
    "MIL_EXERCISE ARMS_TRANSFER MIL_DIPLO VISIT STRATEGIC ENERGY TRADE_FIN TECH_SPACE MULTILATERAL INTEL_CYBER INFO"
).split()
POLARITIES = ("affirmed", "denied", "hypothetical", "criticised")
KINDS = {"daily", "weekly", "agency", "broadcaster", "specialist", "think-tank", "government", "state-media"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def get(url: str, **headers: str) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        return Answer(connection.getresponse())
    finally:
        connection.close()


def spaced(text: str) -> str:
    return " ".join(text.split())


def links_of(feed: Answer) -> set[str]:
    return {entry.link for entry in feedparser.parse(feed.body).entries}


def locations(xml: bytes) -> list[str]:
    return [node.text or "" for node in lxml.etree.fromstring(xml).iter(f"{SITEMAP}loc")]


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with Newsstand() as opened:
        yield opened


# The press


def test_it_is_a_varied_press(stand: Newsstand) -> None:
    assert len(stand.sites) >= 10
    assert len(stand.articles) >= 70
    assert {site.kind for site in stand.sites.values()} == KINDS
    assert len({site.country for site in stand.sites.values()}) >= 6
    assert {site.state_media_of for site in stand.sites.values()} >= {"RU", "CN"}
    assert {channel.form for site in stand.sites.values() for channel in site.channels} == {
        "rss", "atom", "json", "news", "urls", "index", "section",
    }  # fmt: skip


def test_articles_are_as_long_as_press_articles(stand: Newsstand) -> None:
    lengths = {a.id: len(a.text().split()) for a in stand.articles.values() if a.answer == "article"}
    assert not {name: words for name, words in lengths.items() if not 150 <= words <= 500}


def test_every_article_came_out_in_the_six_days_before_the_start(stand: Newsstand) -> None:
    midnight = dt.datetime.combine(stand.start, dt.time(), stand.sites["heure"].zone)
    ages = [midnight - a.published(stand.start, stand.sites[a.site].zone) for a in stand.articles.values()]
    assert min(ages) > dt.timedelta(0)
    assert max(ages) < dt.timedelta(days=6)


def test_dates_in_texts_follow_the_day_of_publication() -> None:
    text = "{Jour} {date-1}, {date+1}, en {mois-1} {an+1}"
    assert resolve_dates(text, dt.date(2026, 1, 31)) == "Samedi 30 janvier, 1er février, en décembre 2027"


def test_no_placeholder_or_marker_is_left_in_a_text(stand: Newsstand) -> None:
    for article in stand.articles.values():
        for part in ("title", "lead", "body"):
            assert not re.search(r"[{}⟦⟧]|\[\[|\]\]", plain(article.text(part))), article.id


# The labelled truth


def test_every_category_appears_in_every_polarity(stand: Newsstand) -> None:
    cases = Counter((m.category, m.polarity) for e in stand.expected().values() for m in e.mentions)
    assert set(cases) == {(category, polarity) for category in CATEGORIES for polarity in POLARITIES}


def test_every_article_has_its_verdict(stand: Newsstand) -> None:
    expected = stand.expected()
    assert set(expected) == set(stand.articles)
    assert {e.becomes for e in expected.values()} == {
        "article", "paywalled", "not_french", "not_article", "quarantined", "refused_robots", "refused_tdm", "gone",
        "failed",
    }  # fmt: skip
    without = [e for e in expected.values() if not e.mentions]
    assert len(without) >= 0.4 * len(expected)


def test_every_expected_sentence_stands_in_its_article(stand: Newsstand) -> None:
    for expected in stand.expected().values():
        article = stand.articles[expected.id]
        for mention in expected.mentions:
            assert mention.sentence in article.text(mention.field), (expected.id, mention)


def test_every_expected_sentence_is_on_the_page_that_is_served(stand: Newsstand) -> None:
    for name, expected in stand.expected().items():
        body = [mention for mention in expected.mentions if mention.field == "body"]
        if not body:
            continue
        answer = get(stand.url_of(name))
        page = lxml.html.fromstring(answer.body, parser=lxml.html.HTMLParser(encoding=charset(answer)))
        text = spaced(page.text_content())
        assert not [mention for mention in body if spaced(mention.sentence) not in text], name


def charset(answer: Answer) -> str:
    declared = answer.headers.get_content_charset()
    found = re.search(rb"charset=[\"']?([\w-]+)", answer.body)
    return declared or (found[1].decode() if found else "utf-8")


def test_three_sites_carry_the_same_wire_text_under_their_own_headlines(stand: Newsstand) -> None:
    carried = [stand.articles[e.id] for e in stand.expected().values() if e.story == "wang-yi-moscou"]
    assert len({article.site for article in carried}) == 3
    assert len({article.title for article in carried}) == 3
    assert len({article.text().replace("’", "'") for article in carried}) == 1


# What the sites serve


def feeds(stand: Newsstand) -> list[tuple[str, str, bool]]:
    return [
        (stand.base(site.id) + channel.path, site.id, channel.broken)
        for site in stand.sites.values()
        for channel in site.forms("rss", "atom")
    ]


def test_feeds_are_well_formed_but_for_the_broken_one(stand: Newsstand) -> None:
    broken = []
    for url, site, is_broken in feeds(stand):
        parsed = feedparser.parse(get(url).body)
        if is_broken:
            broken.append(url)
            assert parsed.bozo
            assert not parsed.entries
        else:
            assert not parsed.bozo, (url, parsed.get("bozo_exception"))
            assert len(parsed.entries) >= len([a for a in stand.articles.values() if a.site == site])
    assert len(broken) == 1


def test_channels_of_a_site_agree(stand: Newsstand) -> None:
    base = stand.base("hexapresse")
    feed = {item["url"] for item in json.loads(get(f"{base}/feed.json").body)["items"]}
    assert feed == set(locations(get(f"{base}/news-sitemap.xml").body))
    assert feed == {stand.url_of(name) for name in stand.articles if name.startswith("hexapresse/")}


def test_a_sitemap_index_leads_to_gzipped_children(stand: Newsstand) -> None:
    children = locations(get(stand.base("onde") + "/sitemap-index.xml").body)
    assert all(child.endswith(".gz") for child in children)
    found = [url for child in children for url in locations(gzip.decompress(get(child).body))]
    assert sorted(found) == sorted(stand.url_of(name) for name in stand.articles if name.startswith("onde/"))


def test_section_pages_link_their_articles(stand: Newsstand) -> None:
    base = stand.base("tourville")
    page = lxml.html.fromstring(get(f"{base}/notes/index.htm").body)
    links = {urljoin(base, link) for link in page.xpath("//li/a/@href")}
    notes = [a.id for a in stand.articles.values() if (a.site, a.section) == ("tourville", "notes")]
    assert links == set(map(stand.url_of, notes))


def test_feeds_write_their_links_in_several_ways(stand: Newsstand) -> None:
    relative = re.findall(
        r"<item>.*?<link>(.*?)</link>", get(stand.base("escaut") + "/rss/monde.xml").text, re.DOTALL
    )
    assert all(link.startswith("/") for link in relative)
    tracked = feedparser.parse(get(stand.base("armorique") + "/rss-en-continu.xml").body).entries
    assert all("utm_source=" in entry.link and "#xtor=" in entry.link for entry in tracked)
    facebook = feedparser.parse(get(stand.base("neva") + "/export/rss2/index.xml").body).entries
    assert all("fbclid=" in entry.link for entry in facebook)


@pytest.mark.parametrize("site", ["heure", "armorique", "onde", "lagune", "leman"])
def test_an_article_is_served_at_tracked_addresses_too(stand: Newsstand, site: str) -> None:
    name = next(a.id for a in stand.articles.values() if a.site == site and a.answer == "article")
    assert get(stand.url_of(name) + "?utm_source=rss&xtor=RSS-1").body == get(stand.url_of(name)).body


def test_unchanged_channels_answer_304(stand: Newsstand) -> None:
    for site in stand.sites.values():
        for channel in site.channels:
            url = stand.base(site.id) + channel.path
            first = get(url)
            assert get(url, If_None_Match=first.headers["ETag"]).status == 304, url
            assert get(url, If_None_Match='"another"').status == 200, url
            if changed := first.headers["Last-Modified"]:
                again = get(url, If_Modified_Since=changed)
                assert (again.status, again.body) == (304, b""), url
                assert get(url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200, url


def test_one_site_compresses_its_answers(stand: Newsstand) -> None:
    url = stand.base("onde") + "/fr/monde/atom"
    compressed, bare = get(url, Accept_Encoding="gzip"), get(url)
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == bare.body


def test_windows_1252_is_declared_in_a_header_here_and_in_the_page_there(stand: Newsstand) -> None:
    by_header = get(stand.url_of("lagune/brics-monnaie-commune-debat"))
    assert by_header.headers["Content-Type"] == "text/html; charset=windows-1252"
    by_page = get(stand.url_of("tourville/partenariat-sans-limites-bilan"))
    assert by_page.headers["Content-Type"] == "text/html"
    assert b"charset=windows-1252" in by_page.body
    for page in (by_header, by_page):
        with pytest.raises(UnicodeDecodeError):
            page.body.decode("utf-8")
        assert "é" in page.body.decode("windows-1252")


def test_the_paywalled_article_says_so(stand: Newsstand) -> None:
    page = get(stand.url_of("heure/gazoduc-force-de-siberie-2-prix")).text
    assert '"isAccessibleForFree": false' in page
    assert "réservée aux abonnés" in page


def test_text_and_data_mining_is_refused_in_four_ways(stand: Newsstand) -> None:
    refused = {e.id for e in stand.expected().values() if e.becomes == "refused_tdm"}
    meta, header, noai, path = (
        "heure/enquete-puces-electroniques-hongkong",
        "theatres/alerte-avancee-missiles-cooperation",
        "armorique/coquille-saint-jacques-rade-ouverture",
        "meridien/dossier-siberie-chinoise",
    )
    assert refused == {meta, header, noai, path}
    assert '<meta name="tdm-reservation" content="1">' in get(stand.url_of(meta)).text
    assert get(stand.url_of(header)).headers["tdm-reservation"] == "1"
    assert "noai" in get(stand.url_of(noai)).headers["X-Robots-Tag"]
    rules = json.loads(get(stand.base("meridien") + "/.well-known/tdmrep.json").body)
    assert {"location": "/dossiers/", "tdm-reservation": 1, "tdm-policy": "/tdm-policy.json"} in rules
    assert urlsplit(stand.url_of(path)).path.startswith("/dossiers/")


def test_robots_refuse_a_section_that_the_feed_links(stand: Newsstand) -> None:
    refused = {stand.url_of(e.id) for e in stand.expected().values() if e.becomes == "refused_robots"}
    assert "Disallow: /opinions/" in get(stand.base("saint-laurent") + "/robots.txt").text
    assert refused
    assert all(urlsplit(url).path.startswith("/opinions/") for url in refused)
    assert refused < links_of(get(stand.base("saint-laurent") + "/international/rss"))


def test_the_ways_a_page_can_fail(stand: Newsstand) -> None:
    assert get(stand.url_of("escaut/lien-mort-inondations-lessines")).status == 404
    assert get(stand.url_of("escaut/erreur-serveur-budget-wallon")).status == 500
    empty = get(stand.url_of("leman/direct-conseil-federal-page-vide"))
    assert (empty.status, empty.body) == (200, b"")


def test_an_old_address_leads_to_the_article(stand: Newsstand) -> None:
    old = stand.base("saint-laurent") + "/international/asie/garde-cotes-arctique.php"
    answer = get(old)
    assert answer.status == 301
    assert answer.headers["Location"] == stand.url_of("saint-laurent/garde-cotes-arctique-patrouille")
    assert old in get(stand.base("saint-laurent") + "/international/rss").text


def test_the_accelerated_page_names_its_canonical_address(stand: Newsstand) -> None:
    url = stand.url_of("armorique/attache-naval-detroit-tsushima")
    parts = urlsplit(url)
    accelerated = get(f"{parts.scheme}://{parts.netloc}/amp{parts.path}")
    assert accelerated.status == 200
    assert f'<link rel="canonical" href="{url}"/>' in accelerated.text
    assert f"/amp{parts.path}?utm_source" in get(stand.base("armorique") + "/rss-en-continu.xml").text


def test_addresses_are_loopback_and_one_for_each_site(stand: Newsstand) -> None:
    bases = [stand.base(site) for site in stand.sites]
    assert len(set(bases)) == len(bases)
    assert all((urlsplit(base).hostname or "").startswith("127.") for base in bases)


def test_the_log_keeps_what_was_asked(stand: Newsstand) -> None:
    get(stand.base("heure") + "/rss/une.xml?a=1", User_Agent="essai/1.0", If_None_Match='"x"')
    last = stand.log[-1]
    assert (last.site, last.path, last.status, last.user_agent, last.if_none_match) == (
        "heure", "/rss/une.xml?a=1", 200, "essai/1.0", '"x"',
    )  # fmt: skip


def test_the_catalogue_lists_every_public_channel(stand: Newsstand, tmp_path: Path) -> None:
    entries = yaml.safe_load(stand.write_catalogue(tmp_path / "catalogue.yaml").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in entries] == list(stand.sites)
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9-]+", entry["id"])
        channels = [url for key in ("feeds", "sitemaps", "sections") for url in entry.get(key, [])]
        assert channels
        assert all(get(url).status == 200 for url in [entry["homepage"], *channels])
    assert next(entry for entry in entries if entry["id"] == "neva")["state_media_of"] == "RU"


# What a test turns


def test_held_articles_exist_nowhere_until_they_are_released() -> None:
    with Newsstand(released=70) as stand:
        assert stand.released == 70
        coming = [name for name in stand.articles if name not in stand.out()]
        assert {get(stand.url_of(name)).status for name in coming} == {404}
        url = stand.base("heure") + "/rss/une.xml"
        before = get(url)
        released = stand.release(len(coming))
        assert sorted(released) == sorted(coming)
        after = get(
            url, If_None_Match=before.headers["ETag"], If_Modified_Since=before.headers["Last-Modified"]
        )
        assert after.status == 200
        fresh = links_of(after) - links_of(before)
        assert fresh == {stand.url_of(name) for name in released if name.startswith("heure/")}
        assert fresh
        assert stand.release(1) == []


def test_a_site_can_break_and_recover() -> None:
    with Newsstand() as stand:
        url = stand.base("heure") + "/"
        stand.break_site("heure")
        with pytest.raises(ConnectionRefusedError):
            get(url)
        stand.repair_site("heure")
        assert get(url).status == 200
        stand.break_site("heure", "500")
        assert get(url).status == 500
        assert get(stand.base("onde") + "/").status == 200
        stand.repair_site("heure")
        assert get(url).status == 200


def test_the_same_start_day_gives_the_same_press() -> None:
    start = dt.date(2026, 3, 2)
    with Newsstand(start=start) as stand:
        name = "heure/manoeuvres-navales-mer-du-japon"
        assert urlsplit(stand.url_of(name)).path.startswith("/international/article/2026/03/01/")
        assert "dimanche" in stand.articles[name].text()
        assert all(
            isinstance(m, ExpectedMention) and "{" not in m.sentence for m in stand.expected()[name].mentions
        )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path, ending: signal.Signals) -> None:
    file = tmp_path / "newsstand.yaml"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.newsstand", "--catalogue", str(file), "--released", "60"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1], env=os.environ,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("60 articles of 14 sites: ")
            entries = yaml.safe_load(file.read_text(encoding="utf-8"))
            assert get(entries[0]["homepage"]).status == 200
            process.send_signal(ending)
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")


def test_a_taken_port_is_one_clear_line(stand: Newsstand) -> None:
    port = str(urlsplit(stand.base("armorique")).port)
    done = subprocess.run(
        [sys.executable, "-m", "tests.newsstand", "--port", port],
        capture_output=True, text=True, cwd=Path(__file__).parents[1], timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == f"newsstand: port {port}: address already in use (choose another with --port)\n"
