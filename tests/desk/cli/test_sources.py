"""``vedette sources check SOURCE`` and ``add URL``: a live look at real servers, through a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from processing.settings import load_settings
from spiders.catalogue import load_catalogue
from tests.newsstand import Newsstand
from tests.newsstand.server import Request
from tests.spiders.website import Reply, Website

VEDETTE = Path(sys.executable).with_name("vedette")


def sources(catalogue: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``vedette sources`` without any database."""
    settings = load_settings(home=catalogue.parent, catalogue=catalogue, allow_private_hosts=True, delay=0.0)
    return subprocess.run(
        [VEDETTE, "sources", *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
        env={**settings.environment(), "COLUMNS": "130", **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with Newsstand() as newsstand:
        yield newsstand


@pytest.fixture(scope="module")
def first_look(
    stand: Newsstand, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, dict[str, Any]], list[Request]]:
    """One look at every site of the newsstand, and what it asked for."""
    catalogue = stand.write_catalogue(tmp_path_factory.mktemp("stand") / "stand.yaml")
    begun = len(stand.log)
    done = sources(catalogue, "check", *stand.sites, "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["source"]["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    return rows, stand.log[begun:]


@pytest.fixture(scope="module")
def looked(first_look: tuple[dict[str, dict[str, Any]], list[Request]]) -> dict[str, dict[str, Any]]:
    return first_look[0]


SENTENCE = "La flotte et la marine ont quitté le port dans la nuit pour un long exercice au large des côtes. "


def furnish(site: Website, articles: int = 3, head: str = "", feed: str = "/rss.xml") -> None:
    """A front page and a feed of articles that can be extracted."""
    paths = [f"/monde/les-deux-flottes-se-retrouvent-{n}" for n in range(1000, 1000 + articles)]
    links = "".join(f"<a href='{path}'>Les deux flottes</a>" for path in paths)
    page = f"<html lang='fr'><head><title>Le Site - tout</title>{head}</head><body>{links}</body></html>"
    site.answers["/"] = Reply(body=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    for path in paths:
        text = f"<article><h1>Les deux flottes {path}</h1><p>{SENTENCE * 6}</p></article>"
        meta = (
            '<meta property="og:type" content="article"><meta property="og:title" content="Les deux flottes">'
        )
        html = f"<html lang='fr'><head>{meta}</head><body>{text}</body></html>"
        site.answers[path] = Reply(body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    site.announce(*(f"{site.base}{path}" for path in paths), path=feed)


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as website:
        furnish(website)
        yield website


def replied(site: Website, path: str) -> Reply:
    """What the site answers at a path."""
    reply = site.answers[path]
    assert isinstance(reply, Reply)
    return reply


# ---------------------------------------------------------------- the newsstand


def test_every_site_of_the_newsstand_is_usable_and_loses_only_its_broken_feed(
    looked: dict[str, dict[str, Any]], stand: Newsstand
) -> None:
    assert {name: row["unusable"] for name, row in looked.items() if not row["usable"]} == {}
    drops = [one["url"] for row in looked.values() for one in row["changes"] if one["action"] == "drop"]
    assert drops == [f"{stand.base('theatres')}/category/marine/feed/"]


def test_articles_of_each_site_are_extracted_as_the_night_extracts_them(
    looked: dict[str, dict[str, Any]],
) -> None:
    good = {
        name: [article for article in row["articles"] if article["problem"] is None]
        for name, row in looked.items()
    }
    assert {name: len(articles) for name, articles in good.items() if len(articles) != 3} == {}
    every = [article for articles in good.values() for article in articles]
    assert all(one["title"] and one["body_length"] > 300 and one["language"] == "fr" for one in every)
    (naval,) = [article for article in good["heure"] if "mer du Japon" in article["title"]]
    assert naval["published_at"].endswith("18:42:00+01:00")
    assert [article["paywall"] for article in good["heure"]].count(True) == 1


def test_the_channels_of_an_entry_are_measured(looked: dict[str, dict[str, Any]]) -> None:
    (feed,) = [one for one in looked["heure"]["channels"] if one["kind"] == "feed"]
    assert (feed["origin"], feed["verdict"], feed["items"], feed["dated"]) == ("catalogue", "good", 7, 7)
    assert (feed["own_share"], feed["language"], feed["conditional"]) == (1.0, "fr", "yes")
    assert feed["oldest"] < feed["newest"]


def test_robots_txt_and_the_opt_out_file_are_told(looked: dict[str, dict[str, Any]]) -> None:
    (robots,) = looked["heure"]["robots"]
    assert (robots["answer"], robots["agents_refused"]) == ("allowed", ["GPTBot"])
    (robots,) = looked["meridien"]["robots"]
    assert robots["delay"] == 0.1
    (file,) = looked["meridien"]["opt_out_files"]
    assert file["answer"] == "/dossiers/ reserved; / free"


def test_the_rules_are_asked_for_once_and_by_our_name(
    first_look: tuple[dict[str, dict[str, Any]], list[Request]], stand: Newsstand
) -> None:
    _, log = first_look
    for path in ("/robots.txt", "/.well-known/tdmrep.json"):
        assert sorted(one.site for one in log if one.path == path) == sorted(stand.sites)
    assert {one.user_agent.partition("/")[0] for one in log} == {"Vedette"}


# ---------------------------------------------------------------- odd sites


PROOFS = {
    "opt-out-file": '/.well-known/tdmrep.json: location "/", tdm-reservation 1',
    "opt-out-header": "header tdm-reservation: 1",
    "opt-out-robots-tag": "header X-Robots-Tag: noai",
    "opt-out-meta": '<meta name="tdm-reservation" content="1">',
}
ARTICLE = "/monde/les-deux-flottes-se-retrouvent-1000"
ODD = (*PROOFS, "forbids", "in-trouble", "lists-feeds", "lies", "odd-index", "challenges")


@dataclass(frozen=True)
class Look:
    sites: dict[str, Website]
    rows: dict[str, dict[str, Any]]
    status: int
    last_line: str


def _make_odd(name: str, site: Website) -> None:
    furnish(site, articles=1 if name in PROOFS else 3)
    match name:
        case "opt-out-file":
            site.answers["/.well-known/tdmrep.json"] = Reply(
                body=b'[{"location": "/", "tdm-reservation": 1}]'
            )
        case "opt-out-header":
            site.answers[ARTICLE] = Reply(body=replied(site, ARTICLE).body, headers={"tdm-reservation": "1"})
        case "opt-out-robots-tag":
            site.answers[ARTICLE] = Reply(body=replied(site, ARTICLE).body, headers={"X-Robots-Tag": "noai"})
        case "opt-out-meta":
            head = b"<head>" + PROOFS[name].encode()
            site.answers[ARTICLE] = Reply(body=replied(site, ARTICLE).body.replace(b"<head>", head))
        case "forbids":
            site.answers["/robots.txt"] = Reply(body=b"User-agent: Vedette\nDisallow: /\n")
        case "in-trouble":
            site.answers["/robots.txt"] = Reply(503)
        case "lies":
            site.answers["/rss.xml"] = Reply(body=replied(site, "/rss.xml").body, headers={"ETag": '"a"'})
        case "odd-index":
            locs = "".join(
                f"<sitemap><loc>{loc}</loc></sitemap>" for loc in ("javascript:0", "news.xml", "//[")
            )
            site.answers["/robots.txt"] = Reply(body=b"Sitemap: /index-of-news.xml")
            site.answers["/index-of-news.xml"] = Reply(body=f"<sitemapindex>{locs}</sitemapindex>".encode())
            site.answers["/news.xml"] = Reply(
                body=f"<urlset><url><loc>{ARTICLE}</loc></url></urlset>".encode()
            )
        case "challenges":
            challenge = Reply(403, b"<title>Just a moment...</title>", {"cf-mitigated": "challenge"})
            site.answers |= {"/": challenge, "/rss.xml": challenge}
        case "lists-feeds":
            link = '<link rel="alternate" type="application/rss+xml" href="/flux/une">'
            furnish(site, head=link, feed="/flux/une")
            del site.answers["/rss.xml"]
            page = replied(site, "/").body.replace(b"<body>", b"<body><a href='/les-flux-rss'>RSS</a>")
            site.answers["/"] = Reply(body=page)
            site.answers["/les-flux-rss"] = Reply(
                body=b"<html><body><a href='/flux/monde.rss'>Monde</a></body></html>"
            )
            site.announce(f"{site.base}/monde/un-autre-article-de-la-rubrique-77", path="/flux/monde.rss")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    """One look at sites that are odd, each in its own way."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Website()) for name in ODD}
        for name, site in sites.items():
            _make_odd(name, site)
        catalogue = tmp_path_factory.mktemp("odd") / "odd.yaml"
        entries = [f"{site.entry(name)}  sections: [{site.base}/]\n" for name, site in sites.items()]
        catalogue.write_text("".join(entries), encoding="utf-8")
        done = sources(catalogue, "check", *ODD, "--json")
        rows = {row["source"]["id"]: row for row in map(json.loads, done.stdout.splitlines())}
        yield Look(sites, rows, done.returncode, done.stderr.splitlines()[-1])


def test_the_last_line_names_every_source_of_no_use_and_what_to_do(odd: Look) -> None:
    assert odd.status == 1
    assert odd.last_line.startswith("vedette: ")
    useless = {name for name, row in odd.rows.items() if not row["usable"]}
    assert useless == {*PROOFS, "forbids", "in-trouble", "challenges"}
    assert all(f"{name}: {odd.rows[name]['unusable']}" in odd.last_line for name in useless)


@pytest.mark.parametrize("name", PROOFS)
def test_an_opt_out_is_shown_with_the_line_that_says_it(odd: Look, name: str) -> None:
    row = odd.rows[name]
    assert row["opt_outs"][0]["proof"].endswith(PROOFS[name])
    assert f"reserves text and data mining ({row['opt_outs'][0]['proof']})" in row["unusable"]
    # The file is read before the page is asked for; header and meta element come with it.
    assert (ARTICLE in odd.sites[name].paths()) is (name != "opt-out-file")


def test_what_robots_txt_forbids_is_not_asked_for_and_the_report_says_so(odd: Look) -> None:
    row, site = odd.rows["forbids"], odd.sites["forbids"]
    assert site.paths() == ["/robots.txt"]
    assert row["robots"][0]["answer"] == "forbidden"
    assert row["unusable"].startswith(
        f"{site.base}/robots.txt does not allow Vedette: write to the publisher"
    )
    assert {one["what"] for one in row["skipped"]} >= {"guessed feeds", "guessed sitemaps"}


def test_a_server_in_trouble_is_no_reason_to_change_an_entry(odd: Look) -> None:
    row, site = odd.rows["in-trouble"], odd.sites["in-trouble"]
    assert site.paths() == ["/robots.txt"]
    assert "robots.txt answers 503: is the address right? If it is, try again later" in row["unusable"]
    assert row["changes"] == []


def test_a_challenge_to_robots_is_named_and_not_passed(odd: Look) -> None:
    row, site = odd.rows["challenges"], odd.sites["challenges"]
    assert "HTTP 403: a challenge to robots (Cloudflare)" in row["unusable"]
    assert row["changes"] == []
    assert site.paths() == ["/robots.txt", "/", "/rss.xml"]


def test_a_server_that_lies_about_validators_is_told(odd: Look) -> None:
    feeds = [one for one in odd.rows["lies"]["channels"] if one["kind"] == "feed" and one["items"]]
    assert [one["conditional"] for one in feeds] == ["ignored"]


def test_of_an_index_of_sitemaps_the_parts_that_are_web_addresses_are_read(odd: Look) -> None:
    row, base = odd.rows["odd-index"], odd.sites["odd-index"].base
    (sitemap,) = [one for one in row["channels"] if one["kind"] == "sitemap" and one["items"]]
    assert (sitemap["url"], sitemap["origin"], sitemap["items"]) == (
        f"{base}/index-of-news.xml",
        "robots.txt",
        1,
    )
    assert not any("fault of Vedette" in one["why"] for row in odd.rows.values() for one in row["skipped"])


def test_a_home_page_that_is_a_section_of_the_entry_is_asked_for_once(odd: Look) -> None:
    assert odd.sites["lies"].paths().count("/") == 1
    sections = [one["origin"] for one in odd.rows["lies"]["channels"] if one["kind"] == "section"]
    assert sections == ["catalogue"]


def test_feeds_are_found_by_autodiscovery_and_on_a_page_that_lists_them(odd: Look) -> None:
    row, base = odd.rows["lists-feeds"], odd.sites["lists-feeds"].base
    works = {one["url"].removeprefix(base): one["origin"] for one in row["channels"] if one["items"]}
    assert (works["/flux/une"], works["/flux/monde.rss"]) == ("autodiscovery", "page")
    changes = {(one["action"], one["url"].removeprefix(base)) for one in row["changes"]}
    assert {("drop", "/rss.xml"), ("add", "/flux/une"), ("add", "/flux/monde.rss")} <= changes


# ---------------------------------------------------------------- the command


def test_the_report_is_for_people_and_progress_goes_to_stderr(site: Website, tmp_path: Path) -> None:
    done = sources(site.catalogue(tmp_path), "check", site.base)
    assert done.returncode == 0, done.stderr
    for part in (
        "Rules",
        "Channels",
        "Articles",
        "Not looked at",
        "no robots.txt (HTTP 404)",
        "? Les deux flottes",
    ):
        assert part in done.stdout
    assert (
        f"? feed    {site.base}/rss.xml  catalogue\n            3 items, none dated, 100% on its own"
        in done.stdout
    )
    assert "guessed in vain: /sitemap_news.xml, " in done.stdout
    assert "To change in the entry site\n  sections:\n+   - " in done.stdout
    assert f"site: feed {site.base}/rss.xml\n" in done.stderr


def test_what_a_site_says_does_not_steer_the_terminal(site: Website, tmp_path: Path) -> None:
    site.answers["/.well-known/tdmrep.json"] = Reply(
        body=b'[{"location": "/\\u001b[2J", "tdm-reservation": 0}]'
    )
    done = sources(site.catalogue(tmp_path), "check", "site")
    assert "tdmrep.json: /\ufffd[2J free" in done.stdout
    assert "\x1b" not in done.stdout


def test_private_addresses_are_refused_unless_allowed(site: Website, tmp_path: Path) -> None:
    done = sources(site.catalogue(tmp_path), "check", "site", VEDETTE_ALLOW_PRIVATE_HOSTS="0")
    assert done.returncode == 1
    assert "127.0.0.1 is a private address" in done.stderr.splitlines()[-1]
    assert site.log == []


def test_offline_an_entry_is_checked_without_asking_it(site: Website, tmp_path: Path) -> None:
    catalogue = site.catalogue(tmp_path)
    done = sources(catalogue, "check", "site", "--offline")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 sources with 1 feeds, sitemaps and sections: all in order\n"
    unknown = sources(catalogue, "check", "autre.fr", "--offline")
    assert unknown.returncode == 1
    assert "https://autre.fr/ is not in the catalogue" in unknown.stderr
    assert site.log == []


def test_an_added_site_stands_in_the_catalogue_and_is_not_added_twice(
    stand: Newsstand, tmp_path: Path
) -> None:
    catalogue, base = tmp_path / "mine.yaml", stand.base("hexapresse")
    options = ("--id", "hexa", "--name", "L'Hexa: presse", "--country", "BE", "--kind", "agency")
    done = sources(catalogue, "add", f"{base}/news-sitemap.xml", *options)
    assert done.returncode == 0, done.stderr
    assert f"hexa is written to {catalogue}\nnext: `vedette night hexa`" in done.stderr
    (source,) = load_catalogue(catalogue)
    assert (source.id, source.name, source.country, source.kind) == ("hexa", "L'Hexa: presse", "BE", "agency")
    assert (source.sitemaps, source.feeds) == ((f"{base}/news-sitemap.xml",), (f"{base}/feed.json",))
    before = catalogue.read_bytes()
    again = sources(catalogue, "add", f"{base}/feed.json")
    assert (again.returncode, again.stdout) == (1, "")
    assert "stands in the catalogue already, as hexa: `vedette sources check hexa`" in again.stderr
    assert catalogue.read_bytes() == before


def test_a_redirect_is_followed_and_a_dry_run_shows_the_address_that_answers(
    site: Website, tmp_path: Path
) -> None:
    site.answers["/flux/"] = site.answers["/rss.xml"]
    site.answers["/rss.xml"] = Reply(301, headers={"Location": "/flux/"})
    done = sources(tmp_path / "mine.yaml", "add", site.base, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    (entry,) = yaml.safe_load(row["yaml"])
    assert (entry["name"], entry["feeds"]) == ("Le Site", [f"{site.base}/flux/"])
    assert row["written"] is None
    assert list(tmp_path.iterdir()) == []


def test_a_site_without_anything_of_use_is_not_added(tmp_path: Path) -> None:
    with Website() as site:
        site.answers["/"] = Reply(body=b"<html lang='fr'><body><p>Bient\xc3\xb4t ici.</p></body></html>")
        done = sources(tmp_path / "mine.yaml", "add", site.base)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "nothing was written: no feed, sitemap or section page works: look for one on the site and give its address"
    )
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_looked_at_where_nothing_could_be_written(site: Website, tmp_path: Path) -> None:
    done = sources(tmp_path / "missing" / "mine.yaml", "add", site.base)
    assert done.returncode == 1
    assert "no such catalogue file or folder" in done.stderr
    assert site.log == []
