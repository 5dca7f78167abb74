"""The first gate: can this text speak of both sides at all?

It looks, without regard to word boundaries or capitals, for the shortest forms that every form the flagger
knows for the two sides contains: whatever the flagger could use passes, by construction.
"""

from __future__ import annotations

from processing.mentions.matching import Gate


def passes(low: str, gate: Gate, dyad: tuple[str, str]) -> bool:
    """True when the normalised text may name both sides of the dyad (a compound names both)."""
    missing = set(dyad)
    for index, _, _ in gate.automaton.find_matches_as_indexes(low, overlapping=True):
        missing -= gate.sides[index]
        if not missing:
            return True
    return False
