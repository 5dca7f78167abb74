"""Section pages: which links lead to articles, told by the shape of their addresses.

Nobody writes a selector for a site here. What the source published so far says which shapes are articles' there;
until enough is known of a shape, general signs decide: an article's address has a long slug, a number or a date; a
section's, an author's or a video's does not, or says what it is in a word of its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from lxml import etree, html

from processing.address import site_of
from processing.bounds import beginning, excess
from processing.clean.decode import as_utf8
from processing.errors import PageError
from spiders.discovery.listing import Announced, DiscoveryError, Listing, clean_title, listing_of
from spiders.discovery.shapes import NOTHING_LEARNED, Shapes

_NOT_ARTICLES: Final = frozenset(
    """
    tag tags mot-cle mots-cles theme themes thematique thematiques categorie categories category rubrique rubriques
    auteur auteurs author authors signature signatures contributeur contributeurs profil
    abonnement abonnements abonnez-vous subscribe boutique shop login connexion inscription compte account mon-compte
    newsletter newsletters alertes recherche search contact contactez-nous a-propos about qui-sommes-nous
    mentions-legales cgu cgv cookies politique-de-confidentialite confidentialite privacy rss feed flux
    sitemap plan-du-site archives agenda calendrier calendar jeux meteo horoscope programme-tv
    wp-login.php wp-admin wp-content cdn-cgi
    """.split()
)
_LISTS_WHEN_LAST: Final = _NOT_ARTICLES.union(
    "podcast podcasts video videos diaporama diaporamas portfolio".split()
)
_FILES: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp3|mp4|m3u8|zip|xml|rss|json|css|js|ico|docx?)$", re.I
)
_DATE: Final = re.compile(
    r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-]\d\d?)?(?=[/-])|/(?:19|20)\d{6}(?=[/-])"
)
_CALENDAR: Final = re.compile(
    r"/(?:(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?|(?:19|20)\d{6})/?$"
)
"""A path that ends with a month or a day lists what came out in it."""
_NUMBER: Final = re.compile(r"\d{4,}")
_MARK: Final = re.compile(
    r"(?:^|[/_?-])(?:article|articles|actualite|depeche|news|story|info)(?:[/_.=-]|\d|$)", re.I
)


MAX_TAGS: Final = 40_000
"""Of a section page; the rest is not read."""


def parse_section(
    body: bytes, base_url: str, headers: Mapping[str, str], shapes: Shapes = NOTHING_LEARNED
) -> Listing:
    """The links of a page that look like articles of the same site, in the order of the page.

    Raises DiscoveryError when the body has no links at all: an empty page, or one that a script fills.
    """
    if not body.strip():
        raise DiscoveryError("the section page is empty (no bytes)")
    page = as_utf8(body, headers.get("content-type", ""))
    read = beginning(page, MAX_TAGS)
    if too_much := excess(read, MAX_TAGS):
        raise DiscoveryError(f"the section page is no page for people: {too_much}")
    try:
        document = html.document_fromstring(read, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DiscoveryError(f"a section page that cannot be read: {error}") from None
    links = list(_links(document, base_url))
    if not links:
        raise DiscoveryError("the section page has no links: is it filled by a script?")
    here = site_of(base_url)
    articles = (
        Announced(url, clean_title(text))
        for url, text in links
        if _same_site(url, here) and is_article(url, shapes)
    )
    unread = None if len(read) == len(page) else f"only its first {len(read)} bytes were read"
    return listing_of(articles, next_page=_next_page(document, base_url, here), unread=unread)


def is_article(url: str, shapes: Shapes) -> bool:
    """Whether a link leads to an article: by what is known of its shape at this source, else by general signs."""
    said = shapes.say(url)
    return looks_like_article(url) if said is None else said == "article"


def looks_like_article(url: str) -> bool:
    """Whether an address has the shape of an article's.

    It must not name a listing, a service or a file in its path nor end with a date alone, and must have at
    least one strong sign (a date; a slug of four words; a long number beside a slug) or two weaker ones (a
    slug of three words; a word such as « article »; a name ending in .html or .php; a long number; nothing
    but a number).
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    segments = [unquote(segment) for segment in parts.path.lower().split("/") if segment]
    if (
        not segments
        or _FILES.search(parts.path)
        or any(segment in _NOT_ARTICLES for segment in segments[:-1])
    ):
        return False
    if segments[-1] in _LISTS_WHEN_LAST or _is_page_number(segments) or _CALENDAR.search(parts.path):
        return False
    return _signs(parts, segments) >= 2


def _signs(parts: SplitResult, segments: list[str]) -> int:
    last = max(segments[-2:], key=lambda segment: segment.count("-") + segment.count("_"))
    name = re.sub(r"\.(?:s?html?|php\d?|aspx?|jsp)$", "", last)
    words = [word for word in re.split(r"[-_,.+ ]+", name) if re.search(r"[^\W\d_]{2,}", word)]
    numbered = bool(_NUMBER.search(parts.path)) or bool(re.search(r"\b\d{3,}\b", parts.query))
    signs = 2 * bool(_DATE.search(parts.path))
    signs += 2 * (len(words) >= 4) + (len(words) == 3)
    signs += numbered + (numbered and len(words) >= 2) + segments[-1].isdigit()
    signs += bool(_MARK.search(f"{parts.path}?{parts.query}")) + (name != last)
    return signs


def _is_page_number(segments: list[str]) -> bool:
    return len(segments) >= 2 and segments[-2] in ("page", "p") and segments[-1].isdigit()


def _links(document: html.HtmlElement, base_url: str) -> Iterator[tuple[str, str | None]]:
    root = document.base_url or base_url
    base = document.find(".//base[@href]")
    if base is not None:
        root = urljoin(base_url, base.get("href"))
    for anchor in document.iter("a"):
        target = (anchor.get("href") or "").strip()
        if not target or target.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        try:
            url = urljoin(root, target)
        except ValueError:
            continue
        if url.startswith(("http://", "https://")):
            yield url.split("#", 1)[0], anchor.text_content()


def _next_page(document: html.HtmlElement, base_url: str, here: str) -> str | None:
    for element in document.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and element.get("href"):
            try:
                url = urljoin(base_url, element.get("href").strip())
            except ValueError:
                return None
            return url if url.startswith(("http://", "https://")) and _same_site(url, here) else None
    return None


def _same_site(url: str, here: str) -> bool:
    try:
        return site_of(url) == here
    except PageError:
        return False
