"""What the flagger reports: one frozen record per mention, and its JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as field_of
from enum import StrEnum
from typing import Any


class Category(StrEnum):
    """What kind of cooperation the sentence is about."""

    MIL_EXERCISE = "MIL_EXERCISE"
    ARMS_TRANSFER = "ARMS_TRANSFER"
    MIL_DIPLO = "MIL_DIPLO"
    VISIT = "VISIT"
    STRATEGIC = "STRATEGIC"
    ENERGY = "ENERGY"
    TRADE_FIN = "TRADE_FIN"
    TECH_SPACE = "TECH_SPACE"
    MULTILATERAL = "MULTILATERAL"
    INTEL_CYBER = "INTEL_CYBER"
    INFO = "INFO"


class Polarity(StrEnum):
    """The derived label; when several apply: denied > hypothetical > criticised > affirmed."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    CRITICISED = "criticised"


CATEGORIES: tuple[str, ...] = tuple(Category)
POLARITIES: tuple[str, ...] = tuple(Polarity)
CERTAINTIES: tuple[str, ...] = ("fact", "reported", "possible")
STANCES: tuple[str, ...] = ("neutral", "praised", "criticised")
TIMES: tuple[str, ...] = ("past", "present", "future", "historical")
FIELDS: tuple[str, ...] = ("text", "title", "lead", "body")


@dataclass(frozen=True, slots=True)
class Actor:
    """A party of the dyad as the text names it; offsets in code points into the field's text.

    `side` is a country code (ISO 3166-1 alpha-3) or a bloc's; `kind` is country, capital, organ, person,
    company, demonym, currency, place, periphrasis, compound or anaphora.
    """

    side: str
    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """The words that state the cooperation."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that qualify the mention, and what they are taken for: negative, hedge, request, criticism …"""

    role: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says so, when the text says who; `side` is a country code, WEST, THIRD, EXPERT, MEDIA or UNKNOWN."""

    text: str
    side: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One statement of cooperation in one sentence, with its evidence.

    `start` and `end` delimit the sentence in the text of `field`, in code points. `score` is a probability
    between 0 and 1; `features` are the named numbers it was computed from.
    """

    sentence: str
    start: int
    end: int
    field: str
    category: str
    plover: str
    cameo: str
    intensity: float
    polarity: str
    negated: bool
    certainty: str
    stance: str
    time: str
    actors: tuple[Actor, ...]
    trigger: Trigger
    speaker: Speaker | None
    score: float
    tier: int
    features: dict[str, float] = field_of(default_factory=dict)
    rules_version: str = ""
    cues: tuple[Cue, ...] = ()
    """For `explain`; no part of the JSON form."""

    def as_dict(self) -> dict[str, Any]:
        """Return the mention as the JSON object of the contract, keys in the contract's order."""
        return {
            "sentence": self.sentence,
            "start": self.start,
            "end": self.end,
            "field": self.field,
            "category": str(self.category),
            "plover": self.plover,
            "cameo": self.cameo,
            "intensity": self.intensity,
            "polarity": str(self.polarity),
            "negated": self.negated,
            "certainty": self.certainty,
            "stance": self.stance,
            "time": self.time,
            "actors": [
                {"side": a.side, "text": a.text, "kind": a.kind, "start": a.start, "end": a.end}
                for a in self.actors
            ],
            "trigger": {"text": self.trigger.text, "start": self.trigger.start, "end": self.trigger.end},
            "speaker": None
            if self.speaker is None
            else {"text": self.speaker.text, "side": self.speaker.side},
            "score": self.score,
            "tier": self.tier,
            "features": dict(self.features),
            "rules_version": self.rules_version,
        }
