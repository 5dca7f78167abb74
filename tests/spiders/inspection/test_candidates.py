"""Where channels may be: decided without a network."""

from __future__ import annotations

import pytest

from processing.errors import CatalogueError, PageError
from spiders.catalogue import Source
from spiders.inspection import candidates
from spiders.inspection.candidates import (
    Candidate,
    Link,
    beside_home,
    given,
    guesses,
    home_of,
    new,
    ranked,
    section_candidates,
    sitemap_candidates,
)
from spiders.inspection.entry import Stated
from spiders.inspection.homepage import read_home_page
from spiders.inspection.targets import new_target, targets_of

HOME = "https://www.exemple.fr/"


@pytest.mark.parametrize(
    ("address", "home", "beside"),
    [
        ("exemple.fr", "https://exemple.fr/", None),
        ("https://www.exemple.fr", HOME, None),
        ("https://www.exemple.fr/fr/", "https://www.exemple.fr/fr/", None),
        ("https://www.exemple.fr/rss.xml", HOME, "https://www.exemple.fr/rss.xml"),
        ("http://exemple.fr:8080/monde/", "http://exemple.fr:8080/", "http://exemple.fr:8080/monde/"),
    ],
)
def test_an_address_leads_to_its_home_page(address: str, home: str, beside: str | None) -> None:
    assert (home_of(address), beside_home(address)) == (home, beside)


def test_what_is_no_web_address_is_refused() -> None:
    with pytest.raises(PageError):
        home_of("ftp://exemple.fr/")


def test_an_address_says_by_its_shape_what_it_may_be() -> None:
    assert [one.kind for one in given(f"{HOME}news-sitemap.xml")] == ["sitemap", "feed"]
    assert [one.kind for one in given(f"{HOME}monde/rss.xml")] == ["feed", "sitemap"]
    assert [one.kind for one in given(f"{HOME}monde/")] == ["section"]


PAGE = """<html lang="fr-CA"><head><title>L'Exemple : actualités</title>
<meta property="og:site_name" content="L'Exemple">
<meta name="generator" content="SPIP 4.2">
<link rel="alternate" type="application/rss+xml" href="/spip.php?page=backend">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" hreflang="en" href="/en/"></head><body>
<a href="/monde/"><img src="x.png"></a><a href="/monde/">Monde</a> <a href="/a,12.html">Chine</a>
<a href="/monde/rss.xml">RSS</a> <a href="https://ailleurs.fr/feed">un autre</a>
<a href="https://www.exemple.fr/monde/les-deux-flottes-se-retrouvent-41709">Les deux flottes</a>
<a href="mailto:redaction@exemple.fr">écrire</a><p>Une page en français, avec assez de mots pour le dire.</p>
</body></html>"""


def test_a_home_page_says_its_name_system_region_and_feeds() -> None:
    page = read_home_page(PAGE.encode(), HOME)
    assert (page.name, page.system, page.language, page.region) == ("L'Exemple", "SPIP", "fr", "CA")
    feeds = [(one.url.removeprefix(HOME), one.origin) for one in page.feeds]
    assert feeds == [
        ("spip.php?page=backend", "autodiscovery"),
        ("comments/feed/", "autodiscovery"),
        ("monde/rss.xml", "page"),
    ]
    assert [one.url.removeprefix(HOME) for one in ranked(page.feeds)] == [
        "spip.php?page=backend",
        "monde/rss.xml",
    ]


def test_desks_are_told_by_their_address_or_by_the_words_of_their_link_and_articles_are_none() -> None:
    sections = section_candidates(read_home_page(PAGE.encode(), HOME).links, HOME)
    assert [one.url.removeprefix(HOME) for one in sections] == ["monde/", "a,12.html"]
    others = [
        Link(f"{HOME}sport/", "Sport"),
        Link("https://ailleurs.fr/monde/", "Monde"),
        Link(f"{HOME}rss/monde", ""),
    ]
    assert section_candidates(others, HOME) == []


def test_sitemaps_for_news_are_looked_at_before_the_others_and_those_of_pictures_not_at_all() -> None:
    lines = [f"{HOME}sitemap.xml", f"{HOME}image-sitemap.xml", "/sitemap_news.xml", f"{HOME}sitemap.xml"]
    found = [one.url for one in sitemap_candidates(lines, "https://www.exemple.fr")]
    assert found == [f"{HOME}sitemap_news.xml", f"{HOME}sitemap.xml"]


@pytest.mark.parametrize(
    ("system", "first"),
    [("SPIP", "spip.php?page=backend"), ("WordPress", "feed/"), ("Drupal", "rss.xml"), (None, "rss.xml")],
)
def test_the_publishing_system_decides_what_is_guessed_first(system: str | None, first: str) -> None:
    urls = [one.url for one in guesses("feed", HOME, system)]
    assert urls[0] == HOME + first
    assert len(urls) == len(set(urls))


def test_below_a_home_page_of_one_language_its_own_feed_is_guessed_first() -> None:
    assert guesses("feed", f"{HOME}fr/", None)[0].url == f"{HOME}fr/rss"


def test_a_slow_host_is_asked_for_fewer_guesses() -> None:
    found = guesses("sitemap", HOME, None)
    assert candidates.affordable(found, 0) == (found, [])
    assert candidates.affordable(found, 15) == (found[:2], found[2:])
    assert candidates.affordable(found, 60) == ([], found)


def test_an_address_is_looked_at_once_whatever_its_spelling() -> None:
    seen: set[str] = set()
    first = [Candidate("feed", "http://exemple.fr/feed", "page")]
    again = [Candidate("feed", f"{HOME}feed/", "guess"), Candidate("sitemap", f"{HOME}feed/", "guess")]
    assert list(new(first, seen)) == first
    assert [one.kind for one in new(again, seen)] == ["sitemap"]


def source(**fields: object) -> Source:
    return Source.model_validate(
        {"id": "exemple", "name": "L'Exemple", "country": "FR", "kind": "daily", "homepage": HOME, **fields}
    )


def test_ids_and_addresses_mean_sources_of_the_catalogue_and_other_addresses_new_ones() -> None:
    known = [source(feeds=[f"{HOME}rss.xml"])]
    words = ["exemple", "exemple.fr", "https://autre.be/monde/"]
    first, second = targets_of(words, known)
    assert (first.source, first.listed) == (known[0], True)
    assert (second.source.id, second.source.country, second.given) == (
        "autre",
        "BE",
        "https://autre.be/monde/",
    )
    (by_channel,) = targets_of([f"{HOME}rss.xml"], known)
    (by_other,) = targets_of([f"{HOME}feed/"], known)
    assert (by_channel.given, by_other.given) == (None, f"{HOME}feed/")


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("exempel", "no source exempel in the catalogue; did you mean exemple"),
        ("zzz", "`vedette sources list`"),
        ("ftp://exemple.fr/", "want the address of a site"),
    ],
)
def test_a_word_that_means_nothing_is_named(word: str, complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        targets_of([word], [source()])


def test_a_new_source_needs_a_host_and_an_id_of_its_own() -> None:
    known = [source()]
    with pytest.raises(CatalogueError, match=r"exemple\.fr stands in the catalogue already, as exemple"):
        new_target("http://exemple.fr/monde/", known, Stated())
    with pytest.raises(CatalogueError, match="the id exemple is used already"):
        new_target("https://autre.fr", known, Stated(id="exemple"))
    with pytest.raises(CatalogueError, match="--country 'France' cannot be used"):
        new_target("https://autre.fr", known, Stated(country="France"))
    assert new_target("https://blog.exemple.com", known, Stated()).source.id == "exemple-blog"
