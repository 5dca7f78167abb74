"""What a sentence's ordinary words say for or against a mention, names left out.

« Conjoint », « ensemble », « concerté » speak for one, « tandis », « chacun », « leçons » against. The weights are data
(lexicon/wording.yaml: the first letters of a word and its weight), fitted together with those of the features by
processing/mentions/fitting.py; a stem that is not listed counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from processing.mentions import entries
from processing.mentions.entries import Place

FILE = entries.LEXICON / "wording.yaml"
STEM = 6
"""Letters of a word that count: « coopération », « coopèrent » and « coopératif » differ in none but accents."""
_WORD = re.compile(r"[a-zà-ÿœæ]+")


def stems(low: str, start: int, end: int, names: Iterable[tuple[int, int]]) -> set[str]:
    """Return the stems of the words in low[start:end] that stand in no name (spans in order)."""
    found: set[str] = set()
    at = start
    for first, last in names:
        if first > at:
            found.update(word[:STEM] for word in _WORD.findall(low, at, first))
        at = max(at, last)
    found.update(word[:STEM] for word in _WORD.findall(low, at, end))
    return found


def weight_of(words: Iterable[str], weights: Mapping[str, float]) -> float:
    """Return what the stems say together."""
    return sum(weights.get(word, 0.0) for word in words)


@cache
def load_wording(path: Path = FILE) -> Mapping[str, float]:
    """Return the weights by stem; raises LexiconError when one is not a number."""
    content = entries.read(path)
    place = Place(path.name, 1, "")
    entries.mapping(content, place, ("fitted_on", "stems"), ("fitted_on", "stems"))
    return entries.numbers(content["stems"], place)
