"""Who signed: people go to the authors, news agencies to the agency, « La rédaction » nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processing.clean.facts import Facts, texts

_AGENCY = re.compile(
    r"\b(AFP|Reuters|Associated Press|AP|Belga|ATS|Keystone-ATS|Xinhua|Chine nouvelle|TASS|Sputnik|RIA Novosti|"
    r"Anadolu|APA|APS|MAP|EFE|DPA|Ansa|Interfax|Bloomberg|La Presse canadienne)\b"
)
# The credit that closes a dispatch: « (AFP) », « avec AFP », « Reuters » alone on the last line.
_CREDIT = re.compile(
    r"(?:\(|\bavec\s+(?:l')?|^|/\s*)(?P<agency>" + _AGENCY.pattern + r")(?:\)|\s*$|\s*/)", re.MULTILINE
)
_NOBODY = re.compile(
    r"(?i)\b(?:r[ée]daction|r[ée]dac|service|desk|newsroom|redazione|contributeur|le monde|agence|agency|admin|"
    r"webmaster|journal|magazine|[ée]quipe|correspondant|.*\.(?:fr|com|org|net|be|ch|ca))\b|https?:|@|[<>{}]"
)
_BY = re.compile(r"(?i)^(?:par|by|propos recueillis par|texte\s*:)\s+")


def signatures(facts: Facts, body: str) -> tuple[tuple[str, ...], str | None]:
    """The people who signed, in order, and the agency credited (None when there is none).

    JSON-LD wins over meta elements: where the two differ it is right far more often.
    """
    stated = _names(facts.article.get("author")) or [
        name
        for key in ("author", "article:author", "dc.creator", "parsely-author", "byl")
        for name in _names(facts.meta.get(key))
    ]
    people: dict[str, None] = {}
    agency: str | None = None
    for name in stated:
        credited = _AGENCY.search(name)
        if credited:
            agency = agency or credited[0]
        elif _is_person(name):
            people[name] = None
    if agency is None:
        edges = "\n".join(paragraph[-80:] for paragraph in body.splitlines()[-3:]) + "\n" + body[:120]
        found = _CREDIT.search(edges)
        agency = found["agency"] if found else None
    return tuple(people), agency


def _names(value: object) -> list[str]:
    return [
        _BY.sub("", " ".join(part.split())) for text in texts(value) for part in _split(text) if part.strip()
    ]


def _split(text: str) -> Iterable[str]:
    return re.split(r"\s*(?:[,;|/&]|\bet\b|\bavec\b|\band\b|\bwith\b)\s*", text)


def _is_person(name: str) -> bool:
    parts = name.split()
    return (
        2 <= len(parts) <= 5
        and not _NOBODY.search(name)
        and parts[0][:1].isupper()
        and parts[-1][:1].isupper()
    )
