"""The first gate: can this text speak of both sides at all?

It looks, overlaps included, for every form that names one of the two sides, under the same conditions under
which the flagger accepts a form (word boundaries, capitals): whatever the flagger could use passes.
"""

from __future__ import annotations

from processing.mentions.matching import Gate, stands_alone
from processing.mentions.normalise import Normalised


def sides_named(norm: Normalised, gate: Gate, dyad: tuple[str, str]) -> set[str]:
    """Return the sides of the dyad that the text names; it stops looking once both are found."""
    found: set[str] = set()
    for index, start, end in gate.automaton.find_matches_as_indexes(norm.low, overlapping=True):
        if gate.sides[index] <= found:
            continue
        if stands_alone(norm.low, start, end) and (not gate.capitals[index] or norm.raw[start].isupper()):
            found |= gate.sides[index]
            if len(found) == len(dyad):
                break
    return found
