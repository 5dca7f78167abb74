"""Who governs whom: the parties that a trigger takes as its arguments, and whether they are the dyad.

A trigger looks to its right for « entre A et B », « de A à B », « avec B », an adjective (« soutien chinois »)
and to its left for the holder. Another state found in such a place takes the trigger away from the dyad.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from processing.mentions.lexicon_words import TriggerSense
from processing.mentions.matching import Hit
from processing.mentions.parties import Group

_NEAR = 7
_FAR = 16
_OBJECT_LINKS = frozenset({"avec", "à", "au", "aux", "vers", "envers", "en", "pour", "d'", "de", "du", "des", "entre", "par", "chez", "sur"})


@dataclass(slots=True)
class TriggerHit:
    """A trigger with the modifiers that belong to it; offsets into the normalised text."""

    start: int
    end: int
    sense: TriggerSense
    category: str
    modifiers: list[str] = field(default_factory=list)
    joint: bool = False


@dataclass(slots=True)
class Frame:
    """A trigger's government. `how` names the pattern that gives it the dyad ("" when none does)."""

    trigger: TriggerHit | None
    how: str = ""
    groups: list[Group] = field(default_factory=list)
    third_argument: bool = False
    forum_argument: bool = False
    hub: bool = False
    one_side: str = ""
    distance: int = 0


@dataclass(slots=True)
class Clauses:
    """Where a sentence's clauses begin; `index(offset)` says which one an offset is in."""

    cuts: list[int]

    def index(self, offset: int) -> int:
        return bisect_right(self.cuts, offset)


def clauses(low: str, start: int, end: int, hits: Sequence[Hit]) -> Clauses:
    """Cut a sentence at its connectors (tandis que, mais, où …), semicolons and colons."""
    cuts = [hit.start for hit in hits if "boundary" in hit.senses.cues and _is_boundary(low, hit)]
    for mark in (";", " : "):
        at = low.find(mark, start, end)
        while at >= 0:
            cuts.append(at + 1)
            at = low.find(mark, at + 1, end)
    return Clauses(sorted(cuts))


def _is_boundary(low: str, hit: Hit) -> bool:
    word = low[hit.start : hit.end]
    if word == "mais":  # « soutien verbal, mais non militaire » stays in its clause
        return not low.startswith((" non ", " aussi ", " pas "), hit.end)
    return word != "or" or low[max(0, hit.start - 2) : hit.start] in (". ", "")


def find_triggers(low: str, hits: Sequence[Hit]) -> list[TriggerHit]:
    """Return the sentence's triggers, each with its adjectives (« exercices navals conjoints »)."""
    found: list[TriggerHit] = []
    for index, hit in enumerate(hits):
        sense = hit.senses.trigger
        if sense is None or hit.senses.mask or (hit.senses.actor is not None):
            continue
        trigger = TriggerHit(hit.start, hit.end, sense, sense.category)
        for follower in hits[index + 1 :]:
            gap = low[trigger.end : follower.start]
            if not follower.senses.modifier or gap not in (" ", " et ", ", ", " plus "):
                break
            trigger.end = follower.end
            trigger.joint |= "joint" in follower.senses.cues
            if follower.senses.modifier != "plain":
                trigger.modifiers.append(follower.senses.modifier)
        found.append(trigger)
    return found


def govern(low: str, trigger: TriggerHit, groups: Sequence[Group], cut: Clauses, dyad: frozenset[str],
           forums: Sequence[int] = ()) -> Frame:  # fmt: skip
    """Return the trigger's frame: how, if at all, it takes the dyad as its arguments.

    `forums` are the offsets of forums named in the sentence (« sommet du G20 » belongs to the G20).
    """
    bracket = low.rfind("(", max(0, trigger.start - 120), trigger.start)
    if bracket < 0 or low.find(")", bracket, trigger.start) >= 0:
        groups = [g for g in groups if not g.bracketed or dyad <= g.sides]
    frame = _frame(low, trigger, groups, cut, dyad, forums)
    if frame.forum_argument and trigger.sense.frame == "contact":
        frame.how = ""  # both go to a forum; that is not yet a meeting of the two
    return frame


def _frame(low: str, trigger: TriggerHit, groups: Sequence[Group], cut: Clauses, dyad: frozenset[str],
           forums: Sequence[int]) -> Frame:  # fmt: skip
    clause = cut.index(trigger.start)
    right = [g for g in groups if g.start >= trigger.end and cut.index(g.start) == clause]
    left = [g for g in groups if g.end <= trigger.start and cut.index(g.start) == clause][::-1]
    frame = Frame(trigger)
    frame.forum_argument = any(0 < at - trigger.end and low.count(" ", trigger.end, at) <= 2 for at in forums)

    def words(a: int, b: int) -> int:
        return low.count(" ", min(a, b), max(a, b))

    near_right = [g for g in right[:3] if words(trigger.end, g.start) <= _FAR]
    attached = _attached(low, trigger, near_right, words)
    holder = left[0] if left and words(left[0].end, trigger.start) <= _FAR else None

    for group in attached:
        if group.compound and group.sides == dyad and words(trigger.end, group.start) <= 4:
            return _governed(frame, "compound", [group], words(trigger.end, group.start))
    if holder is not None and holder.compound and holder.sides == dyad and words(holder.end, trigger.start) <= 3:
        return _governed(frame, "compound", [holder], 0)
    if attached and attached[0].before == "entre":
        sides = set().union(*(g.sides for g in attached[:2])) if not dyad <= attached[0].sides else attached[0].sides
        if dyad <= sides and (attached[0].sides == dyad or len(sides) == 2):
            return _governed(frame, "between", attached[:1] if dyad <= attached[0].sides else attached[:2], 0)
        frame.third_argument = not dyad <= sides or len(sides) > 2
        return frame
    return _by_position(frame, attached, left, holder, dyad, words)


VISIT = TriggerSense("VISIT", "contact", "CONSULT", "042", 4.0, 0.8, "structure", "à")


def visits(low: str, groups: Sequence[Group], dyad: frozenset[str]) -> list[Frame]:
    """Return the frames of verbless headlines: « Xi à Moscou », « Poutine en Chine »."""
    found = []
    for first, second in zip(groups, groups[1:], strict=False):
        person = first.parties[-1].kind in ("person", "organ", "periphrasis") and first.sides | second.sides == dyad
        place = second.parties[0].kind in ("capital", "country", "place")
        if person and place and low[first.end : second.start].strip() in ("à", "en"):
            trigger = TriggerHit(first.end + 1, second.end, VISIT, "VISIT")
            found.append(Frame(trigger, "visit", [first, second]))
    return found


def _attached(low: str, trigger: TriggerHit, right: Sequence[Group], words: object) -> list[Group]:
    """Return the groups to the right that depend on the trigger: introduced by a preposition, or an adjective."""
    if right and right[0].before == "entre" and low.find("celle", trigger.end, right[0].start) >= 0:
        return list(right[:2])  # « une collaboration … est celle entre A et B »
    attached: list[Group] = []
    at = trigger.end
    for group in right:
        distance = low.count(" ", at, group.start)
        direct = distance <= 4 and (group.parties[0].kind in ("demonym", "compound") or trigger.sense.part == "verb")
        near = 4 if group.before in ("de", "du", "des", "d'") else _NEAR
        if (group.before in _OBJECT_LINKS and distance <= near) or direct:
            attached.append(group)
            at = group.end
        else:
            break
    return attached


def _governed(frame: Frame, how: str, groups: list[Group], distance: int) -> Frame:
    frame.how, frame.groups, frame.distance = how, groups, distance
    return frame


def _opposite(group: Group, many: set[str], dyad: frozenset[str]) -> bool:
    """True when one side faces the other, which others may accompany (« l'Égypte et la Chine … avec la Russie »)."""
    one = group.sides
    alone = many <= dyad or group.before in ("avec", "à")
    return one < dyad and (dyad - one) <= many and not one & many and alone


def _by_position(frame: Frame, attached: list[Group], left: list[Group], holder: Group | None,
                 dyad: frozenset[str], words: object) -> Frame:  # fmt: skip
    assert callable(words)
    trigger = frame.trigger
    assert trigger is not None
    objects: set[str] = set().union(*(g.sides for g in attached[:2]))
    subject = holder.sides if holder is not None else set()
    others = (objects | subject) - dyad
    if attached and attached[0].sides == dyad:
        third_holder = bool(subject - dyad)
        if third_holder and attached[0].before in ("avec", "à", "vers", "envers", "au", "pour", "en"):
            frame.hub = True
            return frame
        lone_verb = trigger.sense.part == "verb" and (trigger.sense.frame != "mutual" or trigger.sense.lemma.startswith("se "))
        return _governed(frame, "verb_object" if lone_verb else "pair_object", attached[:1], words(trigger.end, attached[0].start))
    if len(attached) >= 2 and attached[0].sides | attached[1].sides == dyad:
        if subject - dyad and attached[0].before == attached[1].before and attached[0].before in ("avec", "à", "vers"):
            frame.hub = True  # « X coopère avec A sur ceci et avec B sur cela »
            return frame
        return _governed(frame, "right_both", attached[:2], words(trigger.end, attached[1].start))
    if attached and holder is not None and len(attached[0].sides) == 1 and _opposite(attached[0], subject, dyad):
        return _governed(frame, "across", [holder, attached[0]], words(holder.end, attached[0].start))
    if holder is not None and holder.sides == dyad:
        if attached and not attached[0].sides <= dyad:
            frame.third_argument = True
            return frame
        return _governed(frame, "pair_subject", [holder], words(holder.end, trigger.start))
    if holder is not None and len(left) >= 2 and holder.sides | left[1].sides == dyad and not attached:
        return _governed(frame, "left_both", [left[1], holder], words(left[1].end, trigger.start))
    if dyad <= objects | subject:
        frame.how, frame.groups = "listed", [*([holder] if holder else []), *attached[:2]]
        frame.third_argument = bool(others)
        return frame
    frame.third_argument = bool(others)
    sides = (objects | subject) & dyad
    frame.one_side = next(iter(sides)) if len(sides) == 1 else ""
    frame.groups = [g for g in [*([holder] if holder else []), *attached[:1]] if g.sides & dyad]
    return frame
