"""The flagger: finds statements of Russia–China cooperation in French text.

Pure: text in, mentions out. Nothing is read but the package's own lexicon, once; the only clock is the
article's date.
"""

from processing.mentions.evidence import rules_version
from processing.mentions.explain import explain
from processing.mentions.flag import flag_article, flag_text
from processing.mentions.model import (
    CATEGORIES,
    POLARITIES,
    Actor,
    Category,
    Mention,
    Polarity,
    Speaker,
    Trigger,
)

RULES_VERSION: str = rules_version()

__all__ = [
    "CATEGORIES",
    "POLARITIES",
    "RULES_VERSION",
    "Actor",
    "Category",
    "Mention",
    "Polarity",
    "Speaker",
    "Trigger",
    "explain",
    "flag_article",
    "flag_text",
]
