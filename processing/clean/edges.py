"""The lines at both ends of a text that repeat what stands elsewhere: title, section, signature, date, agency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from processing.clean.signatures import AGENCIES
from processing.clean.wording import folded, same_words

HEAD: Final = 8
"""Lines from the beginning, and of these only those before the second long paragraph."""
TAIL: Final = 4
"""Lines from the end."""
LONG: Final = 30
"""Words of a paragraph of the article, where a label has fewer."""
DATED: Final = 3
"""So many lines that are only dates make a chronicle or a live page, where they stay."""

_MONTH: Final = (
    r"(?:janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?"
    r"|dec(?:embre)?)\.?"
)
_DATE: Final = re.compile(
    rf"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)?,? ?\b\d{{1,2}}(?:er)? {_MONTH} \d{{4}}"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b"
    r"|\b(?:hier|aujourd'hui|il y a \d+ (?:minutes?|heures?|jours?))\b"
)
_TIME: Final = re.compile(r"(?:\ba )?\b\d{1,2} ?[h:] ?\d{2}(?::\d{2})?\b(?: ?(?:gmt|utc|heure de paris))?")
_STAMP: Final = re.compile(
    r"\b(?:publiee?s?|mise?s? a jour|maj|modifiee?|postee?|actualisee?|redigee?|creee?|parue?|ecrit|initialement"
    r"|derniere?|modification|publication|date|temps de lecture|lecture|\d+ ?min(?:utes?)?"
    r"|article|par|le|du|de|a|et|avec|pour|en|l'|la)\b"
)
_SIGNED: Final = re.compile(
    r"(?:(?:propos )?recueillis? par|texte|source ?:?|(?:un |une )?(?:texte|reportage|enquete) (?:de|par)"
    r"|(?:article )?(?:redige|publie|ecrit|signe) par|par"
    r"|(?:de )?(?:notre|nos) (?:envoyee?s?|correspondante?s?)\b.*)(?= |$)"
)
_AGENCY: Final = re.compile(rf"\b(?:{'|'.join(map(folded, AGENCIES))}|agences?|agence qmi)\b")
_DESK: Final = re.compile(
    r"(?:la |notre )?redaction(?: (?:de|du|des|d') ?\S.{0,30})?|\S+ avec (?:l'|les )?(?:afp|agences?|reuters)"
    r"|(?:le )?service (?:international|etranger|monde|politique|defense|economie|societe|france)s?"
)
_GENRES: Final = (
    "(?:reportage|enquete|analyse|entretien|interview|tribune|opinion|parti pris|chronique|editorial|edito|portrait"
    "|recit|decryptage|infographie|revue de presse)"
)
_GENRE: Final = re.compile(
    rf"(?!.*\b(?:une?|l[ea]|l'|cette?|sa|son|d[eu]|d'|par|en|pour|avec|sans) ?{_GENRES}$)"
    rf"[^.!?:»]{{0,70}}\b{_GENRES}"
)
"""A kicker: subject and genre, « Agriculture Enquête »."""


def strip_edges(text: str, titles: Sequence[str], names: Iterable[str] = ()) -> tuple[str, list[str]]:
    """The text without such lines, and the signatures among them.

    ``titles`` are the page's titles and sections, ``names`` those who signed, as far as they are known.
    """
    lines = text.split("\n")
    known = {same_words(title) for title in titles if title}
    signed = [folded(name) for name in names]
    dated = sum(_is_date_alone(folded(line)) for line in lines) >= DATED
    head = _head_of(lines)
    kept: list[str] = []
    signatures: list[str] = []
    for place, line in enumerate(lines):
        at_head, at_tail = place < head, place >= max(head, len(lines) - TAIL)
        if not (at_head or at_tail):
            kept.append(line)
        elif len(line.split()) < LONG and _is_signature(folded(line), signed):
            signatures.append(line)
        elif not (at_head and _is_head(line, known, signed, dated=dated)) and not (
            at_tail and _is_tail(line, dated=dated)
        ):
            kept.append(line)
    return "\n".join(kept), signatures


def _head_of(lines: Sequence[str]) -> int:
    """How many lines may be labels: up to the second long paragraph."""
    long = [place for place, line in enumerate(lines[:HEAD]) if len(line.split()) >= LONG]
    return long[1] if len(long) > 1 else min(HEAD, len(lines))


def _is_head(line: str, known: set[str], signed: Sequence[str], *, dated: bool) -> bool:
    if same_words(line) in known:
        return True
    if len(line.split()) >= LONG:
        return False
    plain = folded(line)
    if re.match(r"(?:vous etes ici ?:? ?)?accueil ?[>›»/|]", plain):
        return True
    return bool(_GENRE.fullmatch(plain)) or (not dated and _is_dateline(plain, signed))


def _is_tail(line: str, *, dated: bool) -> bool:
    if len(line.split()) >= LONG:
        return False
    plain = folded(line)
    if not dated and _is_date_alone(plain):
        return True
    return "(afp)" in plain and bool(_DATE.search(plain))


def _is_date_alone(plain: str) -> bool:
    return len(plain) < 60 and bool(_DATE.search(plain)) and not _rest(plain, ()).strip()


def _is_dateline(plain: str, signed: Sequence[str]) -> bool:
    """« AFP, publié le mardi 9 juin 2020 à 9h19 »: with date and stamp taken away hardly a word is left."""
    if not _DATE.search(plain) or plain.endswith((".", "!", "?")):
        return False
    rest = _rest(plain, signed).split()
    return len(rest) <= (
        4 if re.search(r"\b(?:publie|mis a jour|mise a jour|modifie|poste|maj)", plain) else 0
    )


def _is_signature(plain: str, signed: Sequence[str]) -> bool:
    """« Par Jeanne Martin, avec AFP », « Source AFP », the names of those who signed."""
    if plain.endswith((".", "!", "?", ":", "»", '"')) and not any(name and name in plain for name in signed):
        return False
    if _DESK.fullmatch(plain):
        return True
    begun = _SIGNED.match(plain)
    rest = _rest(_SIGNED.sub("", plain, count=1) if begun else plain, signed).split()
    if begun:
        return len(plain.split()) <= 14 and (len(rest) <= 5 or bool(_AGENCY.search(plain)))
    return not rest and (any(name and name in plain for name in signed) or bool(_AGENCY.search(plain)))


def _rest(plain: str, signed: Sequence[str]) -> str:
    """What is left of a line without names, agencies, dates, times, the words of a stamp and what is in brackets."""
    plain = re.sub(r"\([^)]*\)|\bla redaction d\S* \S+", " ", plain)
    for name in signed:
        if name:
            plain = plain.replace(name, " ")
    for pattern in (_DATE, _TIME, _AGENCY, _STAMP):
        plain = pattern.sub(" ", plain)
    return re.sub(r"[^\w]+", " ", plain).strip()
