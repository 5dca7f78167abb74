"""Who appears in a sentence: parties, the groups they form, and how two groups are linked.

A party is a side as the text names it; a group is one party or several coordinated ones (« la Russie, la
Chine et l'Iran »); appositions (« le président russe, Vladimir Poutine ») count once.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from processing.mentions.lexicon_actors import Person
from processing.mentions.matching import Hit

PREPOSITIONS = frozenset(
    """avec à au aux de du des d' en entre vers par pour contre chez envers sur depuis devant parmi outre sans et
    selon via dont dans""".split()
)
_DETERMINERS = frozenset(
    """la le l' les un une son sa ses leur leurs ce cet cette ces ex- feu m. mm. mme général président présidents
    premier ministre ministres chef homologue homologues dirigeant dirigeants leader leaders numéro côté camp
    partie grand grande géant voisin même sud nord""".split()
)
_COORDINATORS = frozenset(
    {"et", "ou", ",", "-", "–", "ni", "/", "&", "puis", "comme", "voire", "and", "même"}
)


@dataclass(slots=True)
class Party:
    """One naming of a side; offsets into the normalised text. `locative`: a capital that is only a place."""

    start: int
    end: int
    side: str
    kind: str
    role: str
    locative: bool = False
    belligerent: bool = False
    out_of_office: bool = False
    person: Person | None = None


@dataclass(slots=True)
class Group:
    """Coordinated parties. `before` is the preposition that introduces the group, "" when none."""

    parties: list[Party]
    before: str = ""
    sides: set[str] = field(default_factory=set)
    compound: bool = False
    alternative: bool = False
    neither: bool = False
    coordinated: bool = False
    bracketed: bool = False

    @property
    def start(self) -> int:
        return self.parties[0].start

    @property
    def end(self) -> int:
        return self.parties[-1].end


@dataclass(slots=True)
class People:
    """Full names already read in the article: whom a bare surname refers to (the last so named)."""

    bearers: dict[str, Person] = field(default_factory=dict)

    def learn(self, hits: Sequence[Hit]) -> None:
        for hit in hits:
            actor = hit.senses.actor
            if actor is not None and actor.full_name and actor.person is not None:
                self.bearers.update(dict.fromkeys(actor.person.surnames, actor.person))


def find_parties(low: str, hits: Sequence[Hit], people: People, date: datetime.date | None) -> list[Party]:
    """Return the parties that hits name, in order; forums (UN, SCO) are parties of role « forum »."""
    found = []
    for hit in hits:
        actor = hit.senses.actor
        if hit.senses.mask:
            continue
        if hit.senses.compound is not None:
            left, right = hit.senses.compound
            found.append(Party(hit.start, hit.end, f"{left}+{right}", "compound", "state"))
            continue
        if actor is None:
            continue
        person = actor.person
        if actor.needs_full_name:
            person = people.bearers.get(low[hit.start : hit.end])
            if person is None:
                continue
        if date is not None and ((actor.first and date < actor.first) or (actor.last and date > actor.last)):
            continue
        side = actor.side if person is None else person.side
        party = Party(hit.start, hit.end, side, actor.kind, actor.role)
        if actor.kind in ("capital", "place"):
            party.locative = preposition_before(low, hit.start, 1) in (
                "à",
                "en",
                "dans",
                "depuis",
                "de",
            ) and (actor.kind == "place" or low[max(0, hit.start - 2) : hit.start] == "à ")
        party.person = person
        if person is not None and date is not None and person.offices:
            party.out_of_office = person.office_on(date) is None
        found.append(party)
    return found


def group_parties(low: str, parties: Sequence[Party]) -> list[Group]:
    """Return the groups of a sentence's parties, forums left out."""
    groups: list[Group] = []
    for party in parties:
        if party.role == "forum":
            continue
        sides = set(party.side.split("+"))
        last = groups[-1] if groups else None
        if last is not None and not last.compound and party.kind != "compound":
            gap = low[last.end : party.start]
            if gap.startswith(", et ") and last.before and len(groups) >= 2 and low[groups[-2].end] == ",":
                last = groups[-2]  # « la Chine, alliée de Pyongyang, et la Russie »
            link = _link(gap, last.parties[-1].kind, party.kind)
            if link == "apposition" and party.side == last.parties[-1].side:
                last.parties.append(party)
                continue
            if link in ("list", "alternative"):
                last.parties.append(party)
                last.sides |= sides
                last.alternative |= link == "alternative"
                last.neither |= " ni " in gap
                last.coordinated |= any(
                    t in _COORDINATORS and t != "," for t in gap.replace("-", " - ").split()
                )
                continue
        groups.append(
            Group([party], preposition_before(low, party.start, 5), sides, party.kind == "compound")
        )
    return [part for group in groups for part in _parted(low, group)]


def _parted(low: str, group: Group) -> list[Group]:
    """Part two sides that only a comma holds together: « avec l'appui de la Russie, Pékin … » is no list."""
    opening = low.rfind("(", max(0, group.start - 120), group.start)
    group.bracketed = opening >= 0 and low.find(")", opening, group.start) < 0
    if group.compound or group.coordinated or len(group.sides) != 2 or group.bracketed:
        return [group]
    parts: list[Group] = []
    for party in group.parties:
        if parts and parts[-1].parties[-1].side == party.side:
            parts[-1].parties.append(party)
        else:
            parts.append(Group([party], "" if parts else group.before, {party.side}))
    return parts


def _link(gap: str, left: str, right: str) -> str:
    """Say how the text between two parties links them: "list", "alternative", "apposition" or ""."""
    if len(gap) > 60:
        return ""
    tokens = gap.replace("'", "' ").replace(",", " , ").replace("(", " ( ").split()
    if not tokens:
        return "apposition" if gap else ""
    if any(t[0] in "().;:!?»«" for t in tokens) or "autre" in tokens:
        return ""
    coordinators = [t for t in tokens if t in _COORDINATORS]
    others = [t for t in tokens if t not in _COORDINATORS and t not in _DETERMINERS]
    prepositions = [t for t in others if t in PREPOSITIONS]
    content = len(others) - len(prepositions)
    if coordinators and content <= (1 if tokens[0] in ("et", ",", "ni") else 0) and len(prepositions) <= 1:
        if coordinators == [","] and content:
            return ""
        if (
            coordinators == [","]
            and len(tokens) > 1
            and ("demonym" in (left, right) or "person" in (left, right))
        ):
            return ""
        return "alternative" if "ou" in coordinators or "comme" in coordinators else "list"
    if not coordinators and content == 0 and not prepositions:
        return "apposition"
    office = ("défense", "affaires", "étrangères", "extérieures", "sécurité", "énergie", "finances", ",")
    if all(t in office or t in _DETERMINERS or t in ("de", "des", "la") for t in tokens) and len(tokens) <= 6:
        return "apposition"
    return ""


def preposition_before(low: str, start: int, reach: int) -> str:
    """Return the nearest preposition within `reach` words before an offset, not across punctuation."""
    tokens = low[max(0, start - 12 * reach - 6) : start].replace("'", "' ").split()
    for token in reversed(tokens[-reach - 1 :]):
        if token in PREPOSITIONS:
            return token
        if token[-1] in ",;:.!?()»«":
            return ""
    return ""
