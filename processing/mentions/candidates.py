"""A sentence's candidates: what in it may be a mention, and which of them are reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from processing.mentions.features import Scene, pointed, referring, they
from processing.mentions.frames import Frame
from processing.mentions.parties import Group
from processing.mentions.qualifiers import qualify
from processing.mentions.second import FirstWord, Ruling

MOST_PER_SENTENCE = 3
_MUTUAL = 0.8
GENERAL = ("STRATEGIC", "VISIT", "MULTILATERAL")
"""Categories that say little of what the two do together."""
_SURE = 0.9
_TELLING = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention: a trigger's frame in a sentence, its own features and its score."""

    scene: Scene
    frame: Frame
    own: dict[str, float]
    score: float
    category: str
    groups: list[Group]
    tier: int = 1
    polarity: str = ""
    """What the second tier says of it; "" when the rules decide."""

    @property
    def features(self) -> dict[str, float]:
        """The candidate's own features and those of its sentence."""
        return {**(self.scene.shared or {}), **self.own}


def stands_for_both(scene: Scene, frame: Frame) -> bool:
    """May a sentence that does not name both sides speak of both?

    Yes with « les deux pays », « cette alliance », « leurs échanges » when the dyad is salient; when one side
    holds a trigger that takes two (« la Chine participera aux manœuvres »), nobody else being named; and when a
    pronoun may stand for the other side, named shortly before (« il a obtenu le soutien de la Chine »).
    """
    trigger = frame.trigger
    if trigger is None:
        return False
    one = len(scene.sides()) == 1 and scene.partner > 0 and not frame.third_argument
    if one and trigger.sense.strength >= _TELLING and referring(scene):
        return True
    if scene.salience <= 0:
        return False
    if scene.cues.get("anaphora_pair") or pointed(scene, trigger):
        return True
    if (
        they(scene)
        and trigger.sense.strength >= _MUTUAL
        and not frame.third_argument
        and scene.salience >= _SURE
    ):
        return True
    mutual = (
        trigger.sense.frame == "mutual" and trigger.sense.part == "noun" and trigger.sense.strength >= _MUTUAL
    )
    return mutual and bool(frame.one_side) and not frame.third_argument


def first_word(top: Candidate | None, dyad: Iterable[str]) -> FirstWord:
    """Return what the rules say of a sentence by its likeliest candidate."""
    if top is None:
        return FirstWord()
    qualities = qualify(top.scene, top.frame, frozenset(dyad), reported=False, category=top.category)
    return FirstWord(top.score, top.features, top.category, str(qualities.polarity))


def settled(candidates: Sequence[Candidate], found: Sequence[Candidate], ruling: Ruling) -> list[Candidate]:
    """Return what a ruling leaves of a sentence's candidates: nothing, or the likeliest one as it was ruled.

    After it come, of the others that tier 1 found, those whose trigger by itself says another kind of cooperation.
    """
    if not ruling.mention:
        return []
    top = max(candidates, key=lambda c: (c.category == ruling.category, c.score, c.frame.trigger is not None))
    ruled = replace(
        top,
        tier=2,
        score=ruling.score,
        category=ruling.category,
        polarity=ruling.polarity,
        own={**top.own, **ruling.features},
    )
    others = [
        replace(c, tier=2, score=min(c.score, ruling.score), own={**c.own, **ruling.features})
        for c in best_by_category(found)
        if _special(c) and c.category not in (top.category, ruling.category)
    ]
    return [ruled, *others][:MOST_PER_SENTENCE]


def best_by_category(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the likeliest candidate of each category; « partenaires » yields to the exercises they hold."""
    if any(_special(c) for c in found):
        found = [c for c in found if c.category != "STRATEGIC"]
    best: list[Candidate] = []
    taken: set[str] = set()
    for candidate in sorted(found, key=lambda c: (-c.score, c.frame.trigger is None)):
        loose = not candidate.frame.how and not candidate.own.get("trigger_anaphora")
        if candidate.category in taken or (best and loose):
            continue
        taken.add(candidate.category)
        best.append(candidate)
    return best[:MOST_PER_SENTENCE]


def _special(candidate: Candidate) -> bool:
    """True for a trigger that by itself says what the cooperation consists in, and governs the pair."""
    trigger = candidate.frame.trigger
    governs = trigger is not None and candidate.frame.how not in ("", "listed", "left_both")
    return (
        governs
        and candidate.category not in GENERAL
        and (trigger is not None and trigger.sense.strength >= _MUTUAL)
    )
