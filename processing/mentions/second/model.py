"""The second tier's fitted numbers: what they are, where they came from, how they add up.

All are linear. P(mention) = logistic(bias + first · logit(first tier's score) + vector · (v - mean)); a category's
strength is bias + (weight of the first tier's category) + vector · (v - mean), and the strongest is taken.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from processing.errors import LexiconError
from processing.mentions.model import CATEGORIES
from processing.mentions.score import logistic
from processing.mentions.second.vectors import DIMENSIONS

WEIGHTS = Path(__file__).parent / "weights.json"
_FURTHEST = 0.005


@dataclass(frozen=True, slots=True)
class Head:
    """One linear reading of the vector."""

    bias: float
    vector: tuple[float, ...]
    first: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted model. Between `low` and `high` of the first tier's score the second is asked."""

    dyad: tuple[str, str]
    fitted_on: str
    low: float
    high: float
    threshold: float
    mean: tuple[float, ...]
    mention: Head
    categories: Mapping[str, Head]

    def centred(self, vector: Sequence[float]) -> list[float]:
        return [value - middle for value, middle in zip(vector, self.mean, strict=True)]

    def mention_score(self, centred: Sequence[float], first: float) -> tuple[float, float]:
        """Return P(mention) and the vector's part in its sum."""
        part = _dot(self.mention.vector, centred)
        return logistic(self.mention.bias + self.mention.first["score"] * logit(first) + part), part

    def category(self, centred: Sequence[float], first: str) -> str:
        """Return the likeliest category, given the one that the rules found."""
        strengths = {
            name: head.bias + head.first.get(first, 0.0) + _dot(head.vector, centred)
            for name, head in self.categories.items()
        }
        return max(strengths, key=strengths.__getitem__, default=first)


def logit(probability: float) -> float:
    """Return log(p / (1 - p)), p kept within 0.005 .. 0.995."""
    p = min(max(probability, _FURTHEST), 1 - _FURTHEST)
    return math.log(p / (1 - p))


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))


@cache
def load_model(path: Path = WEIGHTS) -> Model:
    """Return the model of a file; raises LexiconError naming the file and what is wrong with it."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        left, right = content["dyad"]
        low, high = content["asked_between"]
        model = Model(
            (str(left), str(right)),
            str(content["fitted_on"]),
            float(low),
            float(high),
            float(content["threshold"]),
            _vector(content["mean"]),
            _head(content["mention"]),
            {name: _head(head) for name, head in content["categories"].items()},
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LexiconError(
            f"{path.name}: {error}; fit it anew with python -m processing.mentions.second.fitting"
        ) from error
    unknown = set(model.categories) - set(CATEGORIES)
    if unknown:
        raise LexiconError(f"{path.name}: {sorted(unknown)[0]!r} is no category")
    return model


def _head(content: Mapping[str, Any]) -> Head:
    first = {str(name): float(weight) for name, weight in content["first"].items()}
    return Head(float(content["bias"]), _vector(content["vector"]), first)


def _vector(numbers: Sequence[float]) -> tuple[float, ...]:
    if len(numbers) != DIMENSIONS:
        raise ValueError(f"a vector has {len(numbers)} numbers instead of {DIMENSIONS}")
    return tuple(float(number) for number in numbers)
