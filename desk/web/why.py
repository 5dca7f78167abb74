"""Why a mention has its score: the parts of the sum behind it, largest first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processing.mentions import RULES_VERSION
from processing.mentions.score import load_weights

SECOND = ("encoder", "tier_1", "tier_2_bias")
"""What the second tier adds up."""
LEAST = 0.005
MOST = 10


@dataclass(frozen=True, slots=True)
class Part:
    """A feature, its value, and what it adds to the logarithm of the odds. ``strength`` is of ten, for a bar."""

    name: str
    value: float | None
    adds: float
    strength: int


@dataclass(frozen=True, slots=True)
class Why:
    """The sum of the rules and, where the second tier ruled, its own; ``other_rules`` when the weights may differ."""

    rules: tuple[Part, ...]
    rules_sum: float
    second: tuple[Part, ...]
    second_sum: float
    other_rules: str | None


def why(mention: Mapping[str, Any]) -> Why:
    """The parts of a mention's score, as `processing.mentions.explain` adds them up."""
    features: Mapping[str, float] = mention["features"]
    weights = load_weights().weights
    rules = {name: weights.get(name, 0.0) * value for name, value in features.items() if name not in SECOND}
    second = {name: features[name] for name in SECOND if name in features}
    return Why(
        _parts(rules, features),
        sum(rules.values()),
        _parts(second, {}),
        sum(second.values()),
        None if mention["rules_version"] == RULES_VERSION else str(mention["rules_version"]),
    )


def _parts(adds: Mapping[str, float], values: Mapping[str, float]) -> tuple[Part, ...]:
    shown = sorted((item for item in adds.items() if abs(item[1]) >= LEAST), key=lambda item: -abs(item[1]))
    largest = abs(shown[0][1]) if shown else 1.0
    return tuple(
        Part(name, values.get(name), part, max(1, round(10 * abs(part) / largest)))
        for name, part in shown[:MOST]
    )
