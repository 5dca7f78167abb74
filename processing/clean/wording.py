"""Texts made alike, for comparing them and for patterns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f]+")
"""Combining diacritical marks."""


@lru_cache(maxsize=512)
def folded(text: str) -> str:
    """Lower case, without accents, with one sort of apostrophe and single spaces.

    The lines of a page are folded by one pass after another: those of the last pages are kept.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join(_MARKS.sub("", decomposed).split())


def same_words(text: str) -> str:
    """The words of a text, case and punctuation ignored."""
    return " ".join(re.findall(r"\w+", text.casefold()))
