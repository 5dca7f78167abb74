"""Lines that publishers put around and between the paragraphs of an article and that are none of it.

What they look like stands in ``furniture.yaml``. A line is dropped whole or kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import yaml

from processing.clean.wording import folded

LONGEST: Final = 80
"""Words: a longer line is a paragraph, whatever it begins with."""
BEFORE: Final = 120
"""Words that must stand before a heading of other articles for the text to end there."""

_CUT: Final = (
    "de cet article à lire", "la suite est réservée aux abonnés", "cet article est réservé aux abonnés",
    "pour lire la suite, abonnez-vous", "contenu réservé aux abonnés",
)  # fmt: skip


def says_cut(text: str) -> bool:
    """Whether a page says in so many words that only the beginning of its article can be read."""
    lower = text.lower().replace("\xa0", " ")
    return any(words in lower for words in _CUT)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"[\s\-–—•·>▶►→\[(|*]*(?:{'|'.join(patterns)})[\s:\])|]*")


_DATA: Final = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
_LINES: Final = _any_of(pattern for patterns in _DATA["lines"].values() for pattern in patterns)
_AFTER: Final = _any_of(_DATA["after"])


def is_furniture(line: str) -> bool:
    """Whether a line is none of the article's."""
    return len(line.split()) <= LONGEST and bool(_LINES.fullmatch(folded(line)))


def strip_furniture(text: str) -> str:
    """The text without such lines, and without what follows a heading of other articles."""
    kept: list[str] = []
    words = 0
    for line in (raw.strip() for raw in text.splitlines()):
        if not line:
            continue
        if words >= BEFORE and _AFTER.fullmatch(folded(line)):
            break
        if not is_furniture(line):
            kept.append(line)
            words += len(line.split())
    return "\n".join(kept)
