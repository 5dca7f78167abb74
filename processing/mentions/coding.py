"""A mention's category and its PLOVER and CAMEO codes (PLOVER manual 0.8; CAMEO codebook 1.1b3).

Rules of the manual kept: a future consultation, support, cooperation or aid is AGREE; denied cooperation is
REJECT; cooperation reported with a third party's disapproval is ACCUSE.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.frames import TriggerHit
from processing.mentions.lexicon_actors import Person
from processing.mentions.model import Category, Polarity
from processing.mentions.parties import Group

_INTENT = {
    "MIL_EXERCISE": "0312",
    "ARMS_TRANSFER": "0312",
    "MIL_DIPLO": "0312",
    "INTEL_CYBER": "0314",
    "VISIT": "036",
    "ENERGY": "0311",
    "TRADE_FIN": "0311",
    "TECH_SPACE": "0311",
}
_ARMED = ("Défense", "état-major", "commandant", "armée", "Commission militaire")  # in an office's title
_DOMAIN_ORDER = (
    "ARMS_TRANSFER",
    "ENERGY",
    "TECH_SPACE",
    "TRADE_FIN",
    "INTEL_CYBER",
    "MIL_EXERCISE",
    "MULTILATERAL",
    "MIL_DIPLO",
    "INFO",
)
_CODES = {
    "MIL_EXERCISE": ("COOPERATE", "062", 9.5),
    "ARMS_TRANSFER": ("AID", "072", 10.0),
    "MIL_DIPLO": ("CONSULT", "040", 4.0),
    "VISIT": ("CONSULT", "042", 4.0),
    "STRATEGIC": ("SUPPORT", "057", 5.0),
    "ENERGY": ("COOPERATE", "061", 9.5),
    "TRADE_FIN": ("COOPERATE", "061", 9.5),
    "TECH_SPACE": ("COOPERATE", "061", 9.5),
    "MULTILATERAL": ("SUPPORT", "050", 5.0),
    "INTEL_CYBER": ("COOPERATE", "064", 9.5),
    "INFO": ("SUPPORT", "051", 3.0),
}


@dataclass(frozen=True, slots=True)
class Codes:
    """PLOVER category, CAMEO code and Goldstein-like intensity (−10..+10)."""

    plover: str
    cameo: str
    intensity: float


def category_of(
    scene: Scene,
    trigger: TriggerHit | None,
    groups: Sequence[Group],
    date: datetime.date | None,
    topic: str = "",
) -> str:
    """Return the category: the trigger's own, unless its adjective, its parties or a domain word decides.

    `topic` is the special category the article last spoke of; it fills in for a general trigger.
    """
    if groups and all(p.kind == "media" for g in groups for p in g.parties):
        return Category.INFO
    if trigger is None:
        return _by_domain(scene, scene.start, _DOMAIN_ORDER) or topic or Category.STRATEGIC
    if trigger.modifiers and (trigger.sense.domain or trigger.category == Category.STRATEGIC):
        return trigger.modifiers[0] if trigger.modifiers[0] != "MIL_EXERCISE" else Category.MIL_DIPLO
    if trigger.sense.frame == "contact" and _military_contact(scene, date):
        return Category.MIL_DIPLO
    special = _by_domain(scene, trigger.start, _DOMAIN_ORDER) if trigger.sense.domain else ""
    if special:
        return special
    if trigger.category == Category.STRATEGIC and _forum(scene, trigger):
        return Category.MULTILATERAL
    return (
        topic
        if topic and trigger.sense.domain and trigger.category == Category.STRATEGIC
        else trigger.category
    )


def _forum(scene: Scene, trigger: TriggerHit) -> bool:
    """True when the trigger's clause names a forum (UN, SCO, BRICS)."""
    clause = scene.clauses.index(trigger.start)
    return any(p.role == "forum" and scene.clauses.index(p.start) == clause for p in scene.parties)


def _by_domain(scene: Scene, at: int, order: tuple[str, ...]) -> str:
    clause = scene.clauses.index(at)
    inside = [h for h in scene.hits if scene.clauses.index(h.start) == clause]
    found = {h.senses.domain for h in inside if h.senses.domain}
    found |= {
        t.category for h in inside if (t := h.senses.trigger) and t.part != "verb" and t.strength >= 0.9
    }
    return next((category for category in order if category in found), "")


def _military_contact(scene: Scene, date: datetime.date | None) -> bool:
    """True when soldiers or defence ministers meet: the text says so, or an office held at the article's date."""
    if any(h.senses.domain == Category.MIL_DIPLO for h in scene.hits):
        return True
    return any(p.person is not None and _defends(p.person, date) for p in scene.parties)


def _defends(person: Person, date: datetime.date | None) -> bool:
    offices = person.offices if date is None else tuple(o for o in person.offices if o.held_on(date))
    return bool(offices) and all(any(w in o.title for w in _ARMED) for o in offices)


def codes_of(category: str, trigger: TriggerHit | None, polarity: Polarity, time: str) -> Codes:
    """Return the codes of a mention."""
    plover, cameo, intensity = _CODES[category]
    if trigger is not None and trigger.category == category:
        plover, cameo, intensity = trigger.sense.plover, trigger.sense.cameo, trigger.sense.intensity
    if polarity is Polarity.DENIED:
        return Codes("REJECT", "120", -2.0)
    if polarity is Polarity.CRITICISED:
        return Codes("ACCUSE", "111", -2.0)
    if time == "future" or polarity is Polarity.HYPOTHETICAL:
        return Codes("AGREE", _INTENT.get(category, "030"), 2.5)
    return Codes(plover, cameo, intensity)
