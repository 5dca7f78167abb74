"""Labelled sentences as the second tier is taught with them: the pieces it will read, and the first tier's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processing.mentions.candidates import first_word
from processing.mentions.evaluation import GoldSentence
from processing.mentions.fitting import groups_of
from processing.mentions.model import CATEGORIES, POLARITIES
from processing.mentions.normalise import normalise
from processing.mentions.reader import Reader
from processing.mentions.second.engine import row_of
from processing.mentions.second.judge import FirstWord
from processing.mentions.second.pieces import Cutter
from processing.mentions.second.view import plain, view_of

NONE = -100
"""No label: the loss passes over it."""
FOLDS = 8
PRESS = 3.0
"""A sentence of the press counts for so many invented ones."""
BORDERLINE = 0.6


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled sentence. `weight` is what it counts for, `group` what it may not be parted from.

    `asked` says whether the flagger would put it before the second tier at all.
    """

    gold: GoldSentence
    source: str
    row: list[int]
    judged: int
    first: FirstWord
    asked: bool
    weight: float
    group: str

    @property
    def polarity(self) -> int:
        return _index(self.gold.polarity, POLARITIES) if self.gold.coop else NONE

    @property
    def category(self) -> int:
        return _index(self.gold.category, CATEGORIES) if self.gold.coop else NONE


def _index(labels: Sequence[str], known: Sequence[str]) -> int:
    return known.index(labels[0]) if labels else NONE


def lessons_of(gold: Sequence[GoldSentence], source: str, cutter: Cutter) -> list[Lesson]:
    """Return the lessons of one file."""
    return [
        _lesson(sentence, source, group, cutter)
        for sentence, group in zip(gold, groups_of(gold, source), strict=True)
    ]


def _lesson(sentence: GoldSentence, source: str, group: str, cutter: Cutter) -> Lesson:
    reader = Reader.open(sentence.date)
    reader.prime_title(sentence.title)
    reader.prime(sentence.context)
    norm = normalise(sentence.text)
    views, candidates, before, asked = [], [], reader.heard, False
    for _, scene in reader.scenes(norm):
        views.append(view_of(norm.raw, scene))
        found = reader.candidates(scene)
        asked |= reader.open_to_judgement(scene, found)
        candidates += found
    first = first_word(max(candidates, key=lambda c: c.score, default=None), reader.dyad)
    row, judged = row_of(cutter, " ".join(views) or plain(norm.raw), plain(before), plain(sentence.title))
    weight = (PRESS if sentence.of_press else 1.0) * (BORDERLINE if sentence.borderline else 1.0)
    return Lesson(sentence, source, row, judged, first, asked, weight, group)


def held_out(lessons: Sequence[Lesson]) -> list[bool]:
    """Return for each lesson whether it is kept from the teaching: every FOLDS-th group of each file."""
    numbers: dict[str, int] = {}
    seen: dict[str, int] = {}
    for lesson in lessons:
        if lesson.group not in numbers:
            numbers[lesson.group] = seen[lesson.source] = seen.get(lesson.source, -1) + 1
    return [numbers[lesson.group] % FOLDS == FOLDS - 1 for lesson in lessons]
