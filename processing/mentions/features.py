"""The named numbers that speak for or against a candidate. Every one can be read off the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from processing.mentions.frames import Clauses, Frame, TriggerHit
from processing.mentions.matching import Hit
from processing.mentions.parties import Group, Party
from processing.mentions.wording import load_wording, stems, weight_of

_STRONG = 0.7


@dataclass(slots=True)
class Scene:
    """One sentence with all that was found in it; offsets into the normalised text."""

    low: str
    start: int
    end: int
    hits: list[Hit]
    parties: list[Party]
    groups: list[Group]
    triggers: list[TriggerHit]
    clauses: Clauses
    cues: dict[str, list[Hit]] = field(default_factory=dict)
    salience: float = 0.0
    title_strength: float = 0.0
    partner: float = 0.0

    shared: dict[str, float] | None = None
    shared_sum: float = 0.0
    _sides: set[str] | None = None
    _telling: set[str] | None = None
    _third: set[str] | None = None

    def stems(self) -> set[str]:
        """Return the stems of the sentence's words that name nobody."""
        return stems(self.low, self.start, self.end, ((p.start, p.end) for p in self.parties))

    def sides(self) -> set[str]:
        if self._sides is None:
            self._sides = set().union(*(g.sides for g in self.groups))
        return self._sides

    def telling(self) -> set[str]:
        """Return the lemmas of the sentence's stronger triggers."""
        if self._telling is None:
            self._telling = {t.sense.lemma for t in self.triggers if t.sense.strength >= _STRONG}
        return self._telling

    def third(self, dyad: frozenset[str]) -> set[str]:
        """Return the sides that take part beside the dyad."""
        if self._third is None:
            self._third = {
                side
                for g in self.groups
                if g.before != "selon" and not g.sides <= dyad
                for p in g.parties
                if not p.belligerent
                for side in p.side.split("+")
            } - dyad
        return self._third


_LEADING = 30
_SHAPES = {
    "compound": "tie",
    "between": "tie",
    "pair_subject": "pair",
    "pair_object": "pair",
    "unites": "tie",
    "verb_object": "hub",
    "listed": "list",
    "across": "cross",
    "visit": "cross",
    "caption": "cross",
    "right_both": "cross",
    "left_both": "left",
}


def link_of_dyad(scene: Scene, dyad: frozenset[str]) -> tuple[str, list[Group]]:
    """Return how the sentence joins the two sides, strongest first, with the groups that bear it.

    One of compound, pair, listed, linked, clause, sentence; "" when a side is missing.
    """
    groups = scene.groups
    for group in groups:
        if group.compound and group.sides == dyad:
            return "compound", [group]
    for group in groups:
        if group.sides == dyad:
            return "pair", [group]
    best: tuple[str, list[Group]] = ("", [])
    for index, group in enumerate(groups):
        if dyad <= group.sides:
            best = ("listed", [group])
        for other in groups[index + 1 : index + 2]:
            if best[0] in ("listed", "linked") or group.sides | other.sides != dyad:
                continue
            near = scene.low.count(" ", group.end, other.start) <= 8
            if near and scene.clauses.index(group.start) == scene.clauses.index(other.start):
                best = ("linked", [group, other])
    if best[0]:
        return best
    a, b = sorted(dyad)
    for first in groups:
        for second in groups:
            if a in first.sides and b in second.sides:
                same = scene.clauses.index(first.start) == scene.clauses.index(second.start)
                if same or not best[0]:
                    best = ("clause" if same else "sentence", sorted((first, second), key=lambda g: g.start))
                if same:
                    return best
    return best


def scene_features(scene: Scene, dyad: frozenset[str], link: str) -> dict[str, float]:
    """Return the features that all candidates of a sentence share; computed once."""
    if scene.shared is None:
        found: dict[str, float] = {"bias": 1.0}
        if link:
            found[f"dyad_{link}"] = 1.0
        else:
            found["partner_remembered"] = scene.partner
            if scene.partner and referring(scene):
                found["pronoun"] = scene.partner
        found["title_dyad"] = scene.title_strength
        found["context_dyad"] = scene.salience
        if scene.groups and scene.groups[0].sides & dyad:
            found["leads"] = 1.0
        third = scene.third(dyad)
        if third:
            found["third_parties"] = min(len(third), 4) / 2
        found |= _shared(scene, dyad)
        found["wording"] = weight_of(scene.stems(), load_wording())
        scene.shared = {name: value for name, value in found.items() if value}
    return scene.shared


def features_of(scene: Scene, frame: Frame, dyad: frozenset[str], link: str) -> dict[str, float]:
    """Return the features of one candidate, a trigger's frame (or none), beside those of its sentence."""
    found: dict[str, float] = {}
    trigger = frame.trigger
    if not link or link in ("sentence", "clause", "linked"):
        if scene.cues.get("anaphora_pair"):
            found["pair_anaphora"] = scene.salience
        elif trigger is not None and pointed(scene, trigger):
            found["trigger_anaphora"] = scene.salience
        elif they(scene):
            found["they"] = scene.salience
    if trigger is not None:
        strength = trigger.sense.strength
        found["trigger_strength"] = strength
        others = scene.telling()
        found["other_triggers"] = min(len(others) - (trigger.sense.lemma in others), 3) / 3
        if trigger.sense.part == "verb":
            found["trigger_verb"] = 1.0
        found["joint"] = float(trigger.joint or _near(scene, "joint", trigger.start))
        if frame.how:
            found[f"governs_{frame.how}"] = strength
            found[f"{trigger.sense.frame}_{_SHAPES[frame.how]}"] = 1.0
            found["distance"] = min(frame.distance, 20) / 10
        else:
            found["ungoverned"] = 1.0
            if frame.third_argument:
                found["taken"] = 1.0
            if frame.one_side:
                found["one_side"] = 1.0
        if link in ("compound", "pair", "listed") and _possessed(scene, trigger):
            found["shared"] = 1.0
        _crowd(scene, trigger, dyad, found)
    else:
        found["no_trigger"] = 1.0
        if link == "compound":
            found["bare_compound"] = 1.0
    if frame.third_argument:
        found["third_argument"] = 1.0
    if frame.forum_argument:
        found["forum_argument"] = 1.0
    if frame.hub:
        found["hub"] = 1.0
    return {name: value for name, value in found.items() if value}


def pointed(scene: Scene, trigger: TriggerHit) -> bool:
    """True for « cette coopération », « leur alliance », « un rapprochement qui »."""
    before = scene.low[max(scene.start, trigger.start - 14) : trigger.start].replace("'", "' ").split()
    leading = trigger.start - scene.start <= _LEADING
    if before and before[-1] in ("notre", "nos"):
        return True
    if before and before[-1] in ("leur", "leurs"):
        return leading or any(len(g.sides) > 1 for g in scene.groups if g.end <= trigger.start)
    return (bool(before) and before[-1] in ("cette", "ce", "cet", "ces")) or (
        trigger.start <= scene.start + 4 and scene.low.startswith(" qui", trigger.end)
    )


def they(scene: Scene) -> bool:
    """True for a sentence whose subject is « ils » or « elles »."""
    return scene.low.startswith(("ils ", "elles "), scene.start)


_PRONOUN = re.compile(
    r"\b(?:il|elle|ils|elles|lui|leur|celui-ci|celle-ci|ces derniers|ce dernier|cette dernière|ce pays|eux|chacun"
    r"|son (?:grand |principal |puissant )?(?:allié|partenaire|homologue|voisin|ami|client))\b"
    r"|\bl'(?=accus|aid|a |ont )"
)


def referring(scene: Scene) -> bool:
    """True when a pronoun may stand for the side that the sentence does not name."""
    return _PRONOUN.search(scene.low, scene.start, scene.end) is not None


def _possessed(scene: Scene, trigger: TriggerHit) -> bool:
    """True for « leur alliance », « leurs manœuvres »."""
    return scene.low[max(scene.start, trigger.start - 6) : trigger.start].endswith(("leur ", "leurs "))


def _near(scene: Scene, role: str, at: int) -> bool:
    clause = scene.clauses.index(at)
    return any(scene.clauses.index(hit.start) == clause for hit in scene.cues.get(role, ()))


def _shared(scene: Scene, dyad: frozenset[str]) -> dict[str, float]:
    """Return what speaks against a sentence as a whole: other pairs, rivalry, topic, who is named how."""
    found: dict[str, float] = {}
    for group in scene.groups:
        if dyad < group.sides:
            found["list_with_third"] = 1.0
        elif len(group.sides) == 2 and len(group.sides & dyad) == 1 and not group.bracketed:
            found["other_pair"] = 1.0
    for group in scene.groups:
        if group.sides & dyad and _follows(scene, group, "adversarial"):
            found["facing"] = 1.0
    if any(hit.senses.cues.get("adversarial", 0) != 0 for hit in scene.cues.get("adversarial", ())):
        found["adversarial"] = min(len(scene.cues["adversarial"]), 3) / 2
    for role in ("comparison", "off_topic"):
        if scene.cues.get(role):
            found[role] = min(len(scene.cues[role]), 2) / 2 + 0.5
    for side in dyad:
        named = [p for p in scene.parties if side in p.side]
        if named and all(p.belligerent for p in named):
            found["belligerent_only"] = 1.0
        if named and all(p.locative for p in named):
            found["place_only"] = 1.0
        if named and all(p.out_of_office for p in named):
            found["out_of_office"] = 1.0
        if named and all(p.kind in ("company", "currency", "place", "media") for p in named):
            found["no_state"] = 1.0
    for group in scene.groups:
        if dyad <= group.sides:
            found["alternative"] = max(found.get("alternative", 0.0), float(group.alternative))
            found["neither"] = max(found.get("neither", 0.0), float(group.neither))
            if len([p for p in group.parties if p.kind == "person"]) >= 2:
                found["persons"] = 1.0
    return found


def _crowd(scene: Scene, trigger: TriggerHit, dyad: frozenset[str], found: dict[str, float]) -> None:
    """Add how many other states crowd the trigger's clause, and whether one leads it.

    Who only speaks (« selon Washington ») and the war's place (« la guerre en Ukraine ») are no crowd.
    """
    if not scene.groups:
        return
    clause = scene.clauses.index(trigger.start)
    inside = [g for g in scene.groups if g.before != "selon" and scene.clauses.index(g.start) == clause]
    if scene.third(dyad):
        near = {s for g in inside for p in g.parties if not p.belligerent for s in p.side.split("+")} - dyad
        if near:
            found["third_in_clause"] = min(len(near), 4) / 2
    if inside and not inside[0].sides & dyad:
        found["third_first"] = 1.0


def _follows(scene: Scene, group: Group, role: str) -> bool:
    """True when a cue of the role stands right before the group (« face à la Chine »)."""
    return any(
        hit.end <= group.start
        and scene.low.count(" ", hit.end, group.start) <= 3
        and scene.clauses.index(hit.start) == scene.clauses.index(group.start)
        for hit in scene.cues.get(role, ())
    )
