"""Short enough to read in three minutes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from desk.brief.content import Brief, Story

MOST_WORDS = 600
"""Some 200 words a minute."""

_ADDRESS = re.compile(r"\]\(<[^>]*>\)")
_WORD = re.compile(r"\w+(?:[’'.,-]\w+)*")


def words(markdown: str) -> int:
    """Words of a text in Markdown, as a reader counts them: addresses of links are none."""
    return len(_WORD.findall(_ADDRESS.sub("]", markdown)))


def fitted(
    brief: Brief, order: Sequence[Story], by_weight: Sequence[Story], measured: Callable[[Brief], int]
) -> Brief:
    """The brief with as many stories, in this order, as it has room for; shown by weight. One is always shown."""
    fits = replace(brief, more_stories=len(by_weight))
    for count in range(1, len(order) + 1):
        taken = {id(story) for story in order[:count]}
        shown = tuple(story for story in by_weight if id(story) in taken)
        tried = replace(brief, stories=shown, more_stories=len(by_weight) - count)
        if count > 1 and measured(tried) > MOST_WORDS:
            break
        fits = tried
    return fits
