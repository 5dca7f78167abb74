"""Who governs whom: the parties that a trigger takes as its arguments, and whether they are the dyad.

A trigger looks to its right for « entre A et B », « de A à B », « avec B », an adjective (« soutien chinois »)
and to its left for the holder. Another state found in such a place takes the trigger away from the dyad.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from processing.mentions.inflect import Tense
from processing.mentions.lexicon_words import TriggerSense
from processing.mentions.matching import Hit
from processing.mentions.parties import Group

_NEAR = 7
_NEAR_VERB = 10
_FAR = 16
_NEAR_OF = 4
_OF = ("de", "du", "des", "d'")
_PARTNER_LINKS = frozenset({"avec", "à", "au", "vers", "envers", "pour", "en"})
_OBJECT_LINKS = frozenset({*_OF, *_PARTNER_LINKS, "aux", "entre", "par", "chez", "sur"})


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


def clauses(low: str, start: int, end: int, hits: Sequence[Hit], opening: int = 0) -> Clauses:
    """Cut a sentence at its connectors (tandis que, mais, où …), semicolons and colons, and at `opening`."""
    cuts = [hit.start for hit in hits if "boundary" in hit.senses.cues and _is_boundary(low, hit)]
    if opening > start:
        cuts.append(opening)
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
        names = hit.senses.actor  # a project is both: « Arctic LNG » names its side and what is done there
        if sense is None or hit.senses.mask or (names is not None and names.kind != "project"):
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


def govern(
    low: str,
    trigger: TriggerHit,
    groups: Sequence[Group],
    cut: Clauses,
    dyad: frozenset[str],
    forums: Sequence[int] = (),
) -> Frame:
    """Return the trigger's frame: how, if at all, it takes the dyad as its arguments.

    `forums` are the offsets of forums named in the sentence (« sommet du G20 » belongs to the G20).
    """
    if not _bracketed(low, trigger.start):
        groups = [g for g in groups if not g.bracketed or dyad <= g.sides]
    frame = _frame(low, trigger, groups, cut, dyad)
    frame.forum_argument = any(at > trigger.end and low.count(" ", trigger.end, at) <= 2 for at in forums)
    if frame.forum_argument and trigger.sense.frame == "contact":
        frame.how = ""  # both go to a forum; that is not yet a meeting of the two
    return frame


def _bracketed(low: str, at: int) -> bool:
    opening = low.rfind("(", max(0, at - 120), at)
    return opening >= 0 and low.find(")", opening, at) < 0


def _frame(
    low: str, trigger: TriggerHit, groups: Sequence[Group], cut: Clauses, dyad: frozenset[str]
) -> Frame:
    clause = cut.index(trigger.start)
    here = [g for g in groups if cut.index(g.start) == clause]
    near = [g for g in here if g.start >= trigger.end and low.count(" ", trigger.end, g.start) <= _FAR]
    left = sorted((g for g in here if g.end <= trigger.start), key=lambda g: -g.end)
    attached = _attached(low, trigger, near[:3])
    holder = left[0] if left and low.count(" ", left[0].end, trigger.start) <= _FAR else None
    frame = Frame(trigger)
    if trigger.sense.part == "verb" and trigger.sense.tense is not Tense.PARTICIPLE:
        subject = next((g for g in left if not g.before), None)
        if subject is not None and subject is not holder and not subject.sides & dyad:
            frame.hub = frame.third_argument = True  # « X commerce avec A et s'arme auprès de B »
            return frame
    for group in attached:
        distance = low.count(" ", trigger.end, group.start)
        if group.compound and group.sides == dyad and distance <= 4:
            return _governed(frame, "compound", [group], distance)
    compound = holder is not None and holder.compound and holder.sides == dyad
    if holder is not None and compound and low.count(" ", holder.end, trigger.start) <= 3:
        return _governed(frame, "compound", [holder])
    if attached and attached[0].before == "entre":
        return _between(frame, attached, dyad)
    return _by_position(low, frame, trigger, _Places(attached, left, holder), dyad)


def _between(frame: Frame, attached: Sequence[Group], dyad: frozenset[str]) -> Frame:
    """« entre A et B »: the two, and nobody else, must be the dyad."""
    if attached[0].sides == dyad:
        return _governed(frame, "between", attached[:1])
    sides = attached[0].sides | (attached[1].sides if len(attached) > 1 else set())
    if not dyad <= attached[0].sides and sides == dyad:
        return _governed(frame, "between", attached[:2])
    frame.third_argument = True
    return frame


VISIT = TriggerSense("VISIT", "contact", "CONSULT", "042", 4.0, 0.8, "structure", "à")


def visits(low: str, groups: Sequence[Group], dyad: frozenset[str]) -> list[Frame]:
    """Return the frames of verbless headlines: « Xi à Moscou », « Poutine en Chine »."""
    found = []
    for first, second in pairwise(groups):
        person = (
            first.parties[-1].kind in ("person", "organ", "periphrasis")
            and first.sides | second.sides == dyad
        )
        place = second.parties[0].kind in ("capital", "country", "place")
        if person and place and low[first.end : second.start].strip() in ("à", "en"):
            trigger = TriggerHit(first.end + 1, second.end, VISIT, "VISIT")
            found.append(Frame(trigger, "visit", [first, second]))
    found.extend(
        Frame(TriggerHit(group.start, group.end, VISIT, "VISIT"), "caption", [group])
        for group in groups
        if group.sides == dyad and _captioned(low, group)
    )
    return found


_CAPTION = re.compile(
    r",?(?: à (?:gauche|droite),?)? (?:à|en|le|lors|au|pendant|avant|après|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche|lundi)\b[^;:»]{0,140}\b(?:19|20)\d\d\b"
)


def _captioned(low: str, group: Group) -> bool:
    """True for the leaders in a picture's caption: « Vladimir Poutine et Xi Jinping, à Pékin, le 4 février 2022 »."""
    people = {p.side for p in group.parties if p.kind == "person"}
    return people >= group.sides and _CAPTION.match(low, group.end) is not None


def _attached(low: str, trigger: TriggerHit, right: Sequence[Group]) -> list[Group]:
    """Return the groups to the right that depend on the trigger: introduced by a preposition, or an adjective."""
    if right and right[0].before == "entre" and low.find("celle", trigger.end, right[0].start) >= 0:
        return list(right[:2])  # « une collaboration … est celle entre A et B »
    verb = trigger.sense.part == "verb"
    attached: list[Group] = []
    at = trigger.end
    for group in right:
        distance = low.count(" ", at, group.start)
        direct = distance <= 4 and (verb or group.parties[0].kind in ("demonym", "compound"))
        if verb and trigger.sense.frame == "contact" and group.before in (*_OF, "sur"):
            break  # « ils ont parlé de l'Ukraine »
        near = _NEAR_OF if group.before in _OF else _NEAR_VERB if verb else _NEAR
        if not direct and (group.before not in _OBJECT_LINKS or distance > near):
            break
        attached.append(group)
        at = group.end
    return attached


def _governed(frame: Frame, how: str, groups: Sequence[Group], distance: int = 0) -> Frame:
    frame.how, frame.groups, frame.distance = how, list(groups), distance
    return frame


def _opposite(group: Group, many: set[str], dyad: frozenset[str]) -> bool:
    """True when one side faces the other, which others may accompany (« l'Égypte et la Chine … avec la Russie »)."""
    one = group.sides
    alone = many <= dyad or group.before in ("avec", "à")
    return one < dyad and (dyad - one) <= many and not one & many and alone


@dataclass(frozen=True, slots=True)
class _Places:
    """The groups around a trigger: attached on its right, all on its left (nearest first), and its holder."""

    attached: list[Group]
    left: list[Group]
    holder: Group | None

    @property
    def subject(self) -> set[str]:
        return self.holder.sides if self.holder is not None else set()

    @property
    def objects(self) -> set[str]:
        return set().union(*(g.sides for g in self.attached[:2]))


def _by_position(low: str, frame: Frame, trigger: TriggerHit, places: _Places, dyad: frozenset[str]) -> Frame:
    """Read the arguments off their places: A … trigger … B, trigger de A à B, A et B … trigger."""
    attached, left, holder, subject = places.attached, places.left, places.holder, places.subject
    third_subject = bool(subject - dyad)
    if attached and attached[0].sides == dyad:
        distance = low.count(" ", trigger.end, attached[0].start)
        owned = low[max(0, trigger.start - 4) : trigger.start] in ("ses ", " son", "son ", " sa ")
        return _pair_object(frame, trigger, attached[0], third_subject, distance, owned)
    if len(attached) >= 2 and attached[0].sides | attached[1].sides == dyad:
        alike = attached[0].before == attached[1].before and attached[0].before in _PARTNER_LINKS
        if third_subject and (alike or trigger.sense.part == "verb"):
            frame.hub = True  # « X coopère avec A sur ceci et avec B sur cela »
            return frame
        return _governed(frame, "right_both", attached[:2], low.count(" ", trigger.end, attached[1].start))
    if (
        attached
        and holder is not None
        and len(attached[0].sides) == 1
        and _opposite(attached[0], subject, dyad)
    ):
        return _governed(
            frame, "across", [holder, attached[0]], low.count(" ", holder.end, attached[0].start)
        )
    if holder is not None and holder.sides == dyad:
        if attached and not attached[0].sides <= dyad and trigger.sense.frame != "joint":
            frame.third_argument = True
            return frame
        return _governed(frame, "pair_subject", [holder], low.count(" ", holder.end, trigger.start))
    if holder is not None and len(left) >= 2 and holder.sides | left[1].sides == dyad and not attached:
        return _governed(frame, "left_both", [left[1], holder], low.count(" ", left[1].end, trigger.start))
    return _partial(frame, places, dyad)


def _pair_object(
    frame: Frame, trigger: TriggerHit, pair: Group, third_subject: bool, distance: int, owned: bool
) -> Frame:
    """« alliance de A et B », « lie A et B »; but « X se rapproche de A et B » is X's doing with each."""
    if third_subject and (pair.before in _PARTNER_LINKS or owned):
        frame.hub = True
        return frame
    verb, reflexive = trigger.sense.part == "verb", trigger.sense.lemma.startswith("se ")
    if verb and trigger.sense.frame == "mutual" and not reflexive:
        return _governed(frame, "unites", [pair])
    return _governed(frame, "verb_object" if verb else "pair_object", [pair], distance)


def _partial(frame: Frame, places: _Places, dyad: frozenset[str]) -> Frame:
    """The dyad among others, or only one side of it."""
    around = places.objects | places.subject
    holder = [places.holder] if places.holder is not None else []
    frame.third_argument = bool(around - dyad)
    if dyad <= around:
        frame.how, frame.groups = "listed", [*holder, *places.attached[:2]]
        return frame
    sides = around & dyad
    frame.one_side = next(iter(sides)) if len(sides) == 1 else ""
    frame.groups = [g for g in [*holder, *places.attached[:1]] if g.sides & dyad]
    return frame
