"""French press text cut into sentences, offsets kept.

Rules: a sentence ends at . ! ? … followed by white space and not by a lower-case word; never after an
abbreviation (« M. », « gén. », « n° 12 », « J.-Y. », « U.R.S.S. »), nor inside a quotation that runs on
(« Vraiment ? » a-t-il lancé); a line break between blocks always ends one. An agency's dateline
(« MOSCOU, 12 mars (AFP) - ») is left out of the first sentence. Nothing longer than LONGEST characters is a
sentence: it is cut at a space, so that no text takes more than its length in time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ABBREVIATIONS = frozenset(
    """
    m mm mme mlle mgr me dr pr st ste gén gal col cdt cap capt lt ltt sgt adm am vice-am brig cdr maj
    av bd art al alin chap p pp vol t n no num fig cf ex env éd ed dir coll réf rev trad sq
    janv févr fév avr juil sept oct nov déc lun mar mer jeu ven sam dim
    av.j.-c ap.j.-c j.-c etc. h min s km cm mm ha hab fr
    """.split()
)
# Abbreviations that may also end a sentence: the next word decides.
_MAY_END = frozenset({"etc", "h", "min", "s", "km", "cm", "ha", "hab", "mar", "mer", "fr", "p", "t", "al"})
_TERMINATOR = re.compile(r"[.!?…]+|\n[ \t\r]*\n|\n(?=[ \t\r]*[-–—•*«\"A-ZÀ-ÖØ-Þ0-9])")
_CLOSERS = "»”\"')]\u00a0\u202f \u2009"
_OPENERS = "«“\"'([\u00a0\u202f \u2009–—-"
_INITIALS = re.compile(r"(?:^|[\s«(\"'’.-])(?:[A-ZÀ-Þ]|[A-ZÀ-Þ]h|Th)$")
_AGENCY = r"\([A-Z][\w. /]{1,24}\)\s*[-–—:]*\s*"
_DATELINE = re.compile(
    r"\s*[A-ZÀ-Þ][^.!?\n]{1,60}?,? (?:le )?\d{1,2}(?:er)? \w{3,9}\.?(?: \d{4})? " + _AGENCY
)
_CITY_DATELINE = re.compile(r"\s*[A-ZÀ-Þ][A-ZÀ-Þ'’ -]{2,30}(?:(?:, \w+)? " + _AGENCY + r"|\s+[–—]\s+)")
_READ_ALSO = re.compile(r"(?:Lire|Voir|Écouter|Ecouter)(?: aussi)?\b")
_OPENING = re.compile(
    r"(?<=[\w»”?!]) (?=(?:Les?|La|L['’]|Une?|Des?|Du|Ce(?:tte|t|s|la|lui|lle)?|Ils?|Elles?|En|Au|Aux|Dans|Pour|Par|Sur"
    r"|Selon|Lors|Avec|Mais|Si|Quand|Face|Après|Depuis|Alors|Malgré|Bien|Car|Sans|Son|Sa|Ses|Leurs?|Deux|Outre"
    r"|Interrogée?|Mardi|Mercredi|Jeudi|Vendredi|Samedi|Dimanche|Lundi|M\.) [a-zà-ÿ«A-Z])"
)
_WORD_BEFORE = 24
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's span, white space around it left out; offsets in code points."""

    start: int
    end: int


def dateline_end(text: str) -> int:
    """Return where the text proper starts after an agency's dateline; 0 when there is none."""
    head = text[:200]
    found = _DATELINE.match(head) or _CITY_DATELINE.match(head)
    return found.end() if found else 0


def glued_title_end(text: str, sentence: Sentence) -> int:
    """Return where the sentence proper may begin after a « Lire aussi … » line glued to it; else its start."""
    if not _READ_ALSO.match(text, sentence.start):
        return sentence.start
    last = sentence.start
    for found in _OPENING.finditer(text, sentence.start + 12, sentence.end):
        last = found.end()
    return last


def split(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; together they cover all that is neither space nor dateline."""
    return [piece for sentence in _sentences(text) for piece in _pieces(text, sentence)]


def _pieces(text: str, sentence: Sentence) -> Iterator[Sentence]:
    """Cut what is too long to be a sentence (tables, lists run together) at its spaces."""
    start = sentence.start
    while sentence.end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = space if space > 0 else start + LONGEST
        piece = _trimmed(text, start, cut)
        if piece is not None:
            yield piece
        start = cut
    last = _trimmed(text, start, sentence.end)
    if last is not None:
        yield last


def _sentences(text: str) -> Iterator[Sentence]:
    start = dateline_end(text)
    for found in _TERMINATOR.finditer(text, start):
        if found.start() < start:
            continue
        end = found.start() if text[found.start()] == "\n" else _end_after(text, found.start(), found.end())
        if end < 0:
            continue
        sentence = _trimmed(text, start, end)
        if sentence is not None:
            yield sentence
        start = end
    last = _trimmed(text, start, len(text))
    if last is not None:
        yield last


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(start, end) if start < end else None


def _end_after(text: str, mark: int, after: int) -> int:
    """Return where the sentence ends if the terminator at text[mark:after] ends one, else -1."""
    end, spaced, closed = after, False, False
    length = len(text)
    while end < length and text[end] in _CLOSERS:
        character = text[end]
        if character in "\"'" and spaced:
            break  # a straight quote after a space opens the next sentence
        if character.isspace():
            spaced = True
        elif character in '»”"':
            closed = True
        end += 1
    while end > after and text[end - 1].isspace():
        end -= 1
    if end == length:
        return end
    if not text[end].isspace():
        # « fin.Début » : pages glue paragraphs; split only between a long word and a capitalised one.
        glued = text[mark:after] == "." and end == after and text[end].isupper() and mark >= 3
        return end if glued and text[mark - 3 : mark].islower() and text[end + 1 : end + 2].islower() else -1
    follow = end
    while follow < length and text[follow] in _OPENERS:
        follow += 1
    following = text[follow : follow + 1]
    if following.islower() or following in ",;:":
        return -1
    if closed and following in "–—-":
        return -1
    if text[mark:after] == "." and _abbreviates(text, mark, following):
        return -1
    if text[mark:after] in ("…", "...") and text[max(0, mark - 1) : mark] in ("(", "["):
        return -1
    return end


def _abbreviates(text: str, mark: int, following: str) -> bool:
    before = text[max(0, mark - _WORD_BEFORE) : mark]
    cut = max(before.rfind(c) for c in " \n\u00a0\u202f«(\"'’")
    word = before[cut + 1 :]
    lowered = word.lower()
    if lowered in _MAY_END:
        return following.isdigit()
    if lowered in _ABBREVIATIONS:
        return True
    return bool(_INITIALS.search(before))
