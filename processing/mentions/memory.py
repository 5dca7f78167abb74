"""What the last sentences spoke of: which pair « les deux pays » and « cette coopération » mean.

A pair is salient when a sentence states it (coordinated, linked, or flagged) or names exactly two sides.
The memory reaches two sentences back; a newer pair of other sides dims the older one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

REACH = 2
_DIMMED = 0.4
_AGED = 0.8


@dataclass(frozen=True, slots=True)
class Trace:
    """What one past sentence leaves: its salient pair (if any), all its sides, whether it was a mention."""

    pair: frozenset[str]
    sides: frozenset[str]
    strength: float


NOTHING = Trace(frozenset(), frozenset(), 0.0)


@dataclass(slots=True)
class Memory:
    """The traces of the sentences read so far, and what the title and context primed."""

    dyad: frozenset[str]
    traces: list[Trace] = field(default_factory=list)
    title_pair: frozenset[str] = frozenset()
    title_strength: float = 0.0
    title_sides: frozenset[str] = frozenset()

    def add(self, trace: Trace) -> None:
        self.traces.append(trace)
        if len(self.traces) > REACH + 1:
            del self.traces[0]

    def salience(self) -> float:
        """Return how sure it is (0..1) that « les deux pays » now means the dyad."""
        light = 1.0
        for age, trace in enumerate(self.traces[: -REACH - 1 : -1]):
            if trace.pair == self.dyad:
                return light * trace.strength * (1.0 if age == 0 else _AGED)
            if len(trace.pair) >= 2:
                light *= _DIMMED
        return light * 0.6 * self.title_strength if self.title_pair == self.dyad else 0.0

    def partner(self, sides: frozenset[str]) -> float:
        """Return how near (0..1) the rest of the dyad was last named, when the sentence itself lacks it."""
        rest = self.dyad - sides
        if not rest:
            return 0.0
        near = 1.0
        for trace in self.traces[: -REACH - 1 : -1]:
            if rest <= trace.sides:
                return near
            near *= _AGED
        return 0.4 if rest <= self.title_sides else 0.0


def pair_of(groups: Iterable[tuple[frozenset[str], bool]], sides: frozenset[str]) -> frozenset[str]:
    """Return the sentence's salient pair from its groups (sides, compound) or from naming just two sides."""
    for group, compound in groups:
        if compound or len(group) == 2:
            return group
    return sides if len(sides) == 2 else frozenset()
