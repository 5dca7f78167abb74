"""Who signed: people go to the authors, news agencies to the agency, « La rédaction » nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from processing.clean.facts import Facts, texts
from processing.clean.wording import same_words

AGENCIES = (
    "AFP", "Reuters", "Associated Press", "AP", "Belga", "ATS", "Keystone-ATS", "Xinhua", "Chine nouvelle", "TASS",
    "Sputnik", "RIA Novosti", "Anadolu", "APA", "APS", "MAP", "EFE", "DPA", "Ansa", "Interfax", "Bloomberg",
    "La Presse canadienne",
)  # fmt: skip
_AGENCY = re.compile(rf"\b({'|'.join(AGENCIES)})\b")
# The credit that closes a dispatch: « (AFP) », « avec AFP », « Reuters » alone on the last line.
_CREDIT = re.compile(
    r"(?:\(|\bavec\s+(?:l')?|^|/\s*)(?P<agency>" + _AGENCY.pattern + r")(?:\)|\s*$|\s*/)", re.MULTILINE
)
_NOBODY = re.compile(
    r"(?i)\b(?:r[ée]daction|r[ée]dac|service|desk|newsroom|redazione|contributeur|le monde|agence|agency|admin"
    r"|webmaster|journal|magazine|t[ée]l[ée]vision|radio|france|tf1|bfmtv|franceinfo|news|m[ée]dias?|[ée]ditions?|collectif"
    r"|[ée]quipe|correspondant|.*\.(?:fr|com|org|net|be|ch|ca))\b|https?:|@|[<>{}]"
)
_BY = re.compile(
    r"(?i)^(?:(?:article |texte |propos |enquête |reportage |entretien )?"
    r"(?:rédigé|écrit|recueillis?|publié|réalisé|signé|proposé)s? par|par|by|de nos? envoyé.{0,40},|texte\s*:"
    r"|source\s*:?|un texte de|avec|(?:reportage|enquête|entretien|récit|images?|vidéo)(?: :)?)\s+"
)
_OFFICE = re.compile(
    r"(?i)\s*[,–—|-]?\s*(?:\(.*|(?:(?:notre|nos|envoyée?s?|correspondante?s?)\b|publiée?\b|mis à jour|le \d|\d|https?:"
    r"|pour le|à la rédaction|journaliste|rédacteur|rédactrice|chef du|directeur|directrice|professeur|chercheu).*|\.)$"
)
"""What follows a name in a byline: office, place, date."""

BYLINE_LONGEST = 120
"""Code points of a byline."""
LONG = 30
"""Words of a paragraph; a byline stands before the second one after the title."""
_BYLINE = re.compile(
    r"(?i)(?:^|[\s_-])(?:authors?|auteurs?|by-?line|signature|writer|redacteur|journalist[e]?)(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed an article."""

    people: tuple[str, ...]
    agency: str | None


def stated_by(facts: Facts) -> Signed:
    """Those whom the page's head names.

    JSON-LD wins over meta elements: where the two differ it is right far more often.
    """
    stated = _names(facts.article.get("author"))
    people = _people(stated, facts.outlets) or _people(
        [
            name
            for key in ("author", "article:author", "dc.creator", "parsely-author", "byl")
            for name in _names(facts.meta.get(key))
        ],
        facts.outlets,
    )
    return Signed(people, _agency_among(stated))


def with_bylines(signed: Signed, bylines: Iterable[str], outlets: Collection[str]) -> Signed:
    """What lines tell beyond what is known: people where none is, and an agency in any case."""
    people, agency = signed.people, signed.agency
    for line in bylines:
        named = _names(line)
        agency = agency or _agency_among(named)
        people = people or _people(named, outlets)
    return Signed(people, agency)


def with_credit(signed: Signed, body: str) -> Signed:
    """The agency that the first or last lines of a text credit, where none is known."""
    if signed.agency is not None:
        return signed
    edges = "\n".join(paragraph[-80:] for paragraph in body.splitlines()[-3:]) + "\n" + body[:120]
    found = _CREDIT.search(edges)
    return Signed(signed.people, found["agency"] if found else None)


def bylines_of(tree: HtmlElement, title: str) -> list[str]:
    """The lines under a title that a page marks as naming its authors, up to the second long paragraph."""
    wanted = same_words(title)
    heading = next(
        (each for each in tree.iter("h1", "h2") if same_words(each.text_content()) == wanted), None
    )
    if heading is None:
        return []
    found: dict[str, None] = {}
    begun = False
    long = 0
    for element in tree.iter(
        "h1", "h2", "a", "span", "div", "p", "address", "li", "em", "strong", "cite", "header"
    ):
        if not begun:
            begun = element is heading
        elif _marks_author(element):
            text = " ".join(element.text_content().split())
            if 0 < len(text) <= BYLINE_LONGEST:
                found.setdefault(text)
        elif element.tag == "p" and len(element.text_content().split()) >= LONG:
            long += 1
            if long == 2:
                break
    return list(found)


def _marks_author(element: HtmlElement) -> bool:
    return (
        _names_byline(element.get("class", ""))
        or "author" in element.get("itemprop", "").split()
        or "author" in element.get("rel", "").split()
    )


@lru_cache(maxsize=20_000)
def _names_byline(names: str) -> bool:
    return bool(_BYLINE.search(names))


def _names(value: object) -> list[str]:
    return [
        name
        for text in texts(value)
        for part in _split(" ".join(text.split()))
        if (name := _OFFICE.sub("", _BY.sub("", part.strip())).strip(" .•·-–—|"))
    ]


def _split(text: str) -> Iterable[str]:
    return re.split(r"\s*(?:[,;|/&•·]|\bet\b|\bavec\b|\band\b|\bwith\b)\s*", text)


def _agency_among(names: Iterable[str]) -> str | None:
    return next((found[0] for name in names if (found := _AGENCY.search(name))), None)


def _people(names: Iterable[str], outlets: Collection[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    themselves = {same_words(outlet) for outlet in outlets}
    for name in names:
        if not _AGENCY.search(name) and _is_person(name) and same_words(name) not in themselves:
            found.setdefault(name.title() if name.isupper() else name)
    return tuple(found)


def _is_person(name: str) -> bool:
    parts = name.split()
    return (
        2 <= len(parts) <= 5
        and not _NOBODY.search(name)
        and parts[0][:1].isupper()
        and parts[-1][:1].isupper()
    )
