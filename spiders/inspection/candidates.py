"""Where channels may be: what an entry, a home page and robots.txt name, and what is worth guessing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from processing.address import canonical, site_of
from processing.errors import PageError
from spiders.catalogue import Channel, Source
from spiders.discovery.sections import looks_like_article
from spiders.inspection.findings import Origin

MAX_AUTODISCOVERED: Final = 8
MAX_LINKED: Final = 6
MAX_SITEMAPS: Final = 4
MAX_SECTIONS: Final = 3
"""Channels looked at for one source, by who named them."""
GUESSING: Final = 40.0
"""Seconds that guessing may take for each kind of channel: the slower a host wants to be asked, the fewer guesses."""


@dataclass(frozen=True)
class Candidate:
    """An address that may be a channel."""

    kind: Channel
    url: str
    origin: Origin


@dataclass(frozen=True)
class Link:
    """A link of a page: where it leads, absolute, and what it says."""

    url: str
    text: str = ""


_DESKS: Final = (
    "international", "internationale", "monde", "defense", "defence", "geopolitique", "diplomatie", "armees", "armee",
    "militaire", "strategie", "russie", "chine", "asie", "asie-pacifique", "europe", "afrique", "politique-etrangere",
    "actualites", "actualite", "actu", "news",
)  # fmt: skip
"""Words of a path that name what Vedette reads first; the nearest to its subject stand first."""

_NO_NEWS: Final = re.compile(
    r"comment|podcast|audio|video|image|photo|oembed|recette|horoscope|meteo|jeux|sport|/tag/|/author/", re.I
)
"""Channels of comments, sounds and pictures."""

_FEED_SHAPE: Final = re.compile(
    r"(?:^|[/._-])(?:rss\d?|feeds?|flux|atom|backend|syndication|rdf)(?:[/._-]|$)"
    r"|[?&](?:page=backend|format=feed|feed=|alt=rss|format=rss)|outboundfeeds/rss",
    re.I,
)
_FEED_HOSTS: Final = ("feeds.feedburner.com", "feedburner.google.com", "feeds2.feedburner.com")

_SYSTEM_FEEDS: Final = {
    "WordPress": ("/feed/", "/?feed=rss2"),
    "SPIP": ("/spip.php?page=backend",),
    "Drupal": ("/rss.xml",),
    "Joomla": ("/?format=feed&type=rss",),
    "Blogger": ("/feeds/posts/default?alt=rss",),
    "Ghost": ("/rss/",),
    "Arc": ("/arc/outboundfeeds/rss/?outputType=xml",),
    "WMaker": ("/xml/syndication.rss",),
    "Wix": ("/blog-feed.xml",),
    "Squarespace": ("/?format=rss",),
}
_SYSTEM_SITEMAPS: Final = {
    "WordPress": ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_index.xml", "/wp-sitemap.xml"),
    "SPIP": ("/sitemap.xml", "/spip.php?page=sitemap"),
    "Drupal": ("/sitemap-news.xml", "/sitemap.xml"),
    "Arc": ("/arc/outboundfeeds/sitemap-news/?outputType=xml", "/arc/outboundfeeds/sitemap-news.xml"),
}
_FEEDS: Final = (
    "/rss.xml", "/feed/", "/rss", "/feed", "/rss/", "/atom.xml", "/feed.xml", "/index.xml", "/rss/une.xml",
    "/une/rss.xml", "/fr/rss", "/flux-rss", "/spip.php?page=backend", "/index.php/feed", "/feed.json", "/articles.atom",
)  # fmt: skip
_SITEMAPS: Final = (
    "/sitemap_news.xml", "/sitemap-news.xml", "/news-sitemap.xml", "/sitemap.news.xml", "/sitemap/news.xml",
    "/sitemaps/news.xml", "/googlenews.xml", "/news.xml", "/sitemap_index.xml", "/sitemap.xml",
)  # fmt: skip


def home_of(url: str) -> str:
    """The home page of the site an address belongs to: its root, or the root of its language (``/fr/``).

    An address without a scheme is taken as https. Raises PageError when it is no web address.
    """
    full = canonical(_with_scheme(url))
    parts = urlsplit(full)
    if re.fullmatch(r"/[a-z]{2}(?:-[a-z]{2})?/?", parts.path):
        return f"{parts.scheme}://{parts.netloc}{parts.path}"
    return f"{parts.scheme}://{parts.netloc}/"


def beside_home(url: str) -> str | None:
    """The address a person gave when it is not the home page itself: a feed, a sitemap or a section."""
    full = canonical(_with_scheme(url))
    return None if full == home_of(url) else full


def given(url: str) -> list[Candidate]:
    """What an address that a person gave may be, the likeliest first."""
    return [Candidate(kind, url, "given") for kind in _kinds_by_shape(url)]


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The first of all, then those of foreign and defence desks, then the rest; comments, sports and pictures out."""
    news = [candidate for candidate in candidates if not _NO_NEWS.search(_path(candidate.url))]
    return [*news[:1], *sorted(news[1:], key=lambda candidate: desk_rank(candidate.url))]


def sitemap_candidates(urls: Iterable[str], origin: str) -> list[Candidate]:
    """The ``Sitemap:`` lines of a robots.txt, those for news first."""
    found: dict[str, Candidate] = {}
    for url in urls:
        if (full := absolute(url, origin)) and not re.search(r"image|video|author|tag", _path(full), re.I):
            found.setdefault(canonical(full), Candidate("sitemap", full, "robots.txt"))
    return sorted(found.values(), key=lambda candidate: not is_news_sitemap(candidate.url))


def guesses(kind: Channel, home: str, system: str | None) -> list[Candidate]:
    """Where press sites commonly have a feed or a news sitemap; those of the publishing system first."""
    by_system, common = (_SYSTEM_FEEDS, _FEEDS) if kind == "feed" else (_SYSTEM_SITEMAPS, _SITEMAPS)
    beside = ("rss", "feed/", "rss.xml") if kind == "feed" and urlsplit(home).path != "/" else ()
    base = home if home.endswith("/") else f"{home}/"
    urls = [
        *(urljoin(base, name) for name in beside),
        *(urljoin(home, path) for path in (*by_system.get(system or "", ()), *common)),
    ]
    return [Candidate(kind, url, "guess") for url in dict.fromkeys(urls)]


def affordable(found: Sequence[Candidate], delay: float) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The guesses that a host's pace (seconds between two requests) leaves room for, and those that it does not."""
    most = int(GUESSING / delay) if delay else len(found)
    return found[:most], found[most:]


def section_candidates(links: Iterable[Link], home: str) -> list[Candidate]:
    """Links of the home page that lead to a foreign or defence desk, the nearest to the subject first.

    A desk shows by the last word of its path (``/monde/``, ``/fr/asie-pacifique``) or by the words of its link
    (« Chine »); what has the shape of an article's address is none.
    """
    kept: dict[str, tuple[int, Candidate]] = {}
    for link in links:
        rank = min(_desk_of_path(link.url), _desk_of_words(link.text))
        if rank == len(_DESKS) or urlsplit(link.url).query or not on_site(link.url, home):
            continue
        if looks_like_article(link.url) or is_feed_shaped(link.url) or _NO_NEWS.search(_path(link.url)):
            continue
        if plain(link.url) != plain(home):
            kept.setdefault(plain(link.url), (rank, Candidate("section", link.url, "page")))
    return [candidate for _, candidate in sorted(kept.values(), key=lambda pair: (pair[0], len(pair[1].url)))]


def desk_rank(url: str) -> int:
    """How near the words of a path are to foreign affairs and defence: 0 is nearest, ``len(_DESKS)`` none."""
    words = set(re.split(r"[/._?=&-]", _path(url).lower())) | set(_path(url).lower().split("/"))
    return min((rank for rank, desk in enumerate(_DESKS) if desk in words), default=len(_DESKS))


def _desk_of_path(url: str) -> int:
    segments = [
        one for one in urlsplit(url).path.split("/") if one and not re.match(r"(?:index|default)\.", one)
    ]
    last = segments[-1] if segments else ""
    return desk_rank(f"/{last}") if len(segments) <= 3 and last.count("-") <= 2 else len(_DESKS)


def _desk_of_words(text: str) -> int:
    decomposed = unicodedata.normalize("NFD", text.lower())
    words = re.findall(r"[a-z]+", "".join(char for char in decomposed if not unicodedata.combining(char)))
    return desk_rank("/" + "-".join(words)) if 1 <= len(words) <= 3 else len(_DESKS)


def is_news_sitemap(url: str) -> bool:
    """Whether a sitemap says in its address that it holds news."""
    return re.search(r"news|actu", _path(url), re.I) is not None


def is_feed_shaped(url: str) -> bool:
    """Whether an address looks like a feed's, or like a page that lists feeds."""
    return _FEED_SHAPE.search(_path(url)) is not None


def is_reachable_feed(url: str, home: str) -> bool:
    """Whether a feed-shaped link is the site's own, or its copy at a feed service."""
    return is_feed_shaped(url) and (on_site(url, home) or urlsplit(url).hostname in _FEED_HOSTS)


def on_site(url: str, home: str) -> bool:
    """Whether two addresses share their registrable domain."""
    try:
        return site_of(url) == site_of(home)
    except PageError:
        return False


def absolute(url: str, base: str) -> str | None:
    """An http(s) address without fragment; None when it is none."""
    try:
        full = urljoin(base, url.strip()).split("#", 1)[0]
        canonical(full)
    except (PageError, ValueError):
        return None
    return full


def new(candidates: Iterable[Candidate], seen: set[str]) -> Iterator[Candidate]:
    """Those whose address was not seen before (with or without closing slash and « www. »); they are seen now."""
    for candidate in candidates:
        key = f"{candidate.kind} {plain(candidate.url)}"
        if key not in seen:
            seen.add(key)
            yield candidate


def plain(url: str) -> str:
    """An address for telling whether two are one: canonical, without scheme, « www. » and closing slash."""
    return canonical(url).partition("://")[2].removeprefix("www.").rstrip("/")


def same_host(one: Source, url: str) -> bool:
    """Whether an address lies on the host (and port) of a source's home page, « www. » aside."""
    return plain(one.homepage).partition("/")[0] == plain(url).partition("/")[0]


def _kinds_by_shape(url: str) -> tuple[Channel, ...]:
    if re.search(r"sitemap|googlenews", url, re.I):
        return ("sitemap", "feed")
    if is_feed_shaped(url) or re.search(r"\.(?:xml|json|rss|atom)$", _path(url), re.I):
        return ("feed", "sitemap")
    return ("section",)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"
