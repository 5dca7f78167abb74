"""Texts made alike, for comparing them and for patterns."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f]+")
"""Combining diacritical marks."""


def folded(text: str) -> str:
    """Lower case, without accents, with one sort of apostrophe and single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join(_MARKS.sub("", decomposed).split())


def same_words(text: str) -> str:
    """The words of a text, case and punctuation ignored."""
    return " ".join(re.findall(r"\w+", text.casefold()))
