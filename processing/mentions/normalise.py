"""Text made uniform for matching, with the way back to the offsets of the text given.

Rule: NFC; lower case; typographic apostrophes, spaces and hyphens become their ASCII forms. Each of these
keeps one character for one, save composition and a few capitals (« İ »); only then is an offset map kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SINGLE = (
    ("\u2019", "'"),
    ("\u02bc", "'"),
    ("\u2018", "'"),
    ("\u00a0", " "),
    ("\u202f", " "),
    ("\u2009", " "),
    ("\t", " "),
    ("\n", " "),
    ("\r", " "),
    ("\u2011", "-"),
    ("\u2010", "-"),
)

_LONE = re.compile("[\ud800-\udfff]")
"""Halves of a pair of surrogates: no character, and nothing can be encoded or searched that holds one."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """`raw` is the NFC text in its own case, `low` its uniform form, of equal length.

    `back` maps an offset in `low` (0..len) to one in `given`; None when they are the same.
    """

    given: str
    raw: str
    low: str
    back: list[int] | None

    def given_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text given that corresponds to low[start:end]."""
        if self.back is None:
            return start, end
        return self.back[start], self.back[end]


def normalise(text: str) -> Normalised:
    """Return the uniform form of a text; never raises, whatever the characters."""
    raw, back = text, None
    if not text.isascii():
        raw = _LONE.sub("\ufffd", text)
        if not unicodedata.is_normalized("NFC", raw):
            raw, back = _compose(raw)
    low = raw.lower()
    if len(low) != len(raw):
        low = "".join(folded if len(folded := c.lower()) == 1 else c for c in raw)
    for special, plain in _SINGLE:
        if special in low:
            low = low.replace(special, plain)
    return Normalised(text, raw, low, back)


def _compose(text: str) -> tuple[str, list[int]]:
    """Compose to NFC run by run (a base character and its marks), remembering where each run began."""
    out: list[str] = []
    back: list[int] = []
    start = 0
    length = len(text)
    while start < length:
        end = start + 1
        while end < length and _joins(text[end]):
            end += 1
        run = unicodedata.normalize("NFC", text[start:end])
        out.append(run)
        # A run longer than its composition points each character at the run's own place, in order.
        back.extend(min(start + i, end - 1) if len(run) > 1 else start for i in range(len(run)))
        start = end
    back.append(length)
    return "".join(out), back


def _joins(character: str) -> bool:
    """True when the character may compose with the one before it (marks, and Hangul vowels and finals)."""
    return unicodedata.combining(character) != 0 or "\u1161" <= character <= "\u11ff"
