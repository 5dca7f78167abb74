"""Shortening a quoted sentence without changing a word of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desk.brief.content import Span

CUT = "[…]"
LONGEST = 240
"""Code points of a quotation."""
LONGEST_DISPUTED = 480
"""The same where cooperation is not affirmed: a cut might take away the very words that deny it."""

_CLAUSE = re.compile(r"[,;:—–](?=\s)")
_GAP = re.compile(r"\s+")


def longest(polarity: str) -> int:
    """How long a quotation of this polarity may be."""
    return LONGEST if polarity == "affirmed" else LONGEST_DISPUTED


def excerpt(sentence: str, keep: Sequence[Span], most: int = LONGEST) -> str:
    """The sentence, or ``most`` code points of it around the spans to keep, with « […] » where it was cut.

    What is kept is one piece, character for character. Of spans too far apart the first is kept (it is the trigger).
    The cuts are made between words, after a clause where that costs less than a third.
    """
    if len(sentence) <= most:
        return sentence
    first, last = _hull(sentence, keep, most)
    start, end = 0, len(sentence)
    if last <= most:
        end = _break_before(sentence, max(last, most * 2 // 3), most)
    elif len(sentence) - first <= most:
        start = _break_after(sentence, len(sentence) - most, first)
    else:
        start = _break_after(sentence, max(0, first - (most - (last - first)) // 2), first)
        end = _break_before(sentence, max(last, start + most * 2 // 3), start + most)
    return (
        f"{f'{CUT} ' if start else ''}{sentence[start:end].strip()}{f' {CUT}' if end < len(sentence) else ''}"
    )


def pieces(quote: str) -> list[str]:
    """The runs of unchanged words in a quotation."""
    return [piece for part in quote.split(CUT) if (piece := part.strip())]


def _hull(sentence: str, keep: Sequence[Span], most: int) -> Span:
    spans = [(max(0, start), min(len(sentence), end)) for start, end in keep]
    spans = [(start, end) for start, end in spans if start < end] or [(0, 1)]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if last - first > most:
        first, last = spans[0]
    return first, min(last, first + most)


def _break_before(text: str, low: int, high: int) -> int:
    """The last place in [low, high] to end at: after a clause, else at a gap, else ``high``."""
    clauses = [found.start() for found in _CLAUSE.finditer(text, low, min(high + 1, len(text)))]
    gaps = [found.start() for found in _GAP.finditer(text, low, min(high + 1, len(text)))]
    return next((found[-1] for found in (clauses, gaps) if found), high)


def _break_after(text: str, low: int, high: int) -> int:
    """The first place in [low, high] to begin at: behind a gap, else ``high``."""
    return next((found.end() for found in _GAP.finditer(text, low, high) if found.end() <= high), high)
