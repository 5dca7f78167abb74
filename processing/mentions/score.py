"""The score of a candidate: the logistic sum of its named features.

The weights are data (lexicon/weights.yaml), fitted on labelled sentences by processing/mentions/fitting.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from processing.mentions import entries
from processing.mentions.entries import Place

_FURTHEST = 0.005


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights by feature, the threshold from which a candidate is a mention, and where they came from."""

    weights: Mapping[str, float]
    threshold: float
    fitted_on: str


@cache
def load_weights(path: Path = entries.LEXICON / "weights.yaml") -> Weights:
    """Return the weights of a file; raises LexiconError when a weight is not a number."""
    content = entries.read(path)
    place = Place(path.name, 1, "")
    entries.mapping(
        content, place, ("fitted_on", "threshold", "weights"), ("fitted_on", "threshold", "weights")
    )
    weights = entries.numbers(content["weights"], place)
    return Weights(weights, float(content["threshold"]), str(content["fitted_on"]))


def score(features: Mapping[str, float], weights: Weights, plus: float = 0.0) -> float:
    """Return the probability, 0..1; a feature without a weight counts for nothing. `plus` is a sum made before."""
    return logistic(plus + weighed(features, weights.weights))


def weighed(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the weighted sum of features; one without a weight counts for nothing."""
    get, total = weights.get, 0.0
    for name, value in features.items():
        total += get(name, 0.0) * value
    return total


def logistic(z: float) -> float:
    """Return 1 / (1 + exp(-z)) without overflow."""
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def logit(probability: float) -> float:
    """Return log(p / (1 - p)), p kept within 0.005 .. 0.995."""
    p = min(max(probability, _FURTHEST), 1 - _FURTHEST)
    return math.log(p / (1 - p))
