"""Who may hold one end of the cooperation: states, capitals, organs, companies, people with dated offices.

Files of `lexicon/actors/`: `CODE.yaml` and `others.yaml` define sides; `CODE-topic.yaml` adds names to a side
defined there; `CODE-people.yaml` lists people; `joint.yaml` lists the undertakings of two sides, whose name alone
says both; `given-names.yaml` holds the spellings of Russian given names.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing.errors import LexiconError
from processing.mentions import entries
from processing.mentions.entries import Place
from processing.mentions.inflect import agreements, without_accents

_SIDE_KEYS = (
    "side",
    "name",
    "kind",
    "countries",
    "capitals",
    "family_name",
    "adjectives",
    "combining",
    "organs",
    "companies",
    "media",
    "currencies",
    "systems",
    "projects",
    "ships",
    "weapons",
    "places",
    "periphrases",
    "exercises",
    "people",
)
_KIND_OF_LIST = {
    "countries": "country",
    "capitals": "capital",
    "organs": "organ",
    "companies": "company",
    "media": "media",
    "currencies": "currency",
    "systems": "system",
    "projects": "project",
    "ships": "ship",
    "weapons": "weapon",
    "places": "place",
    "periphrases": "periphrasis",
    "exercises": "exercise",
    "people": "person",
}
_ROLES = ("state", "alliance", "forum")
_SURNAME_RULES = ("always", "after", "never")
_OTHER_FILES = ("given-names.yaml", "joint.yaml")
_FAMILY_NAMES = ("first", "last")


@dataclass(frozen=True, slots=True)
class Office:
    """An office held from one day to another, both inclusive; `last` None while it lasts."""

    title: str
    first: datetime.date
    last: datetime.date | None

    def held_on(self, date: datetime.date) -> bool:
        return self.first <= date and (self.last is None or date <= self.last)


@dataclass(frozen=True, slots=True)
class Person:
    """A person who acts for a state while in office. `surnames` are those a full name explains, in lower case."""

    name: str
    side: str
    offices: tuple[Office, ...]
    surnames: frozenset[str] = frozenset()

    def office_on(self, date: datetime.date) -> Office | None:
        """Return the office held on a date, the latest taken up when several are."""
        held = [office for office in self.offices if office.held_on(date)]
        return max(held, key=lambda office: office.first) if held else None


@dataclass(frozen=True, slots=True)
class ActorSense:
    """What an actor's name means.

    `capital`: the text must write its first letter so, or the one at `capital_at` (« l'Ouest »); `acronym`: all
    its letters. `needs_full_name`: a bare surname that counts only after the full name (of any who bear it).
    """

    side: str
    kind: str
    role: str = "state"
    capital: bool = False
    capital_at: int = -1
    acronym: bool = False
    needs_full_name: bool = False
    person: Person | None = None
    full_name: bool = False
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A party's own words for itself, from which compounds are built."""

    code: str
    role: str
    adjectives: tuple[str, ...]
    combining: tuple[str, ...]
    names: tuple[str, ...] = field(default=())
    family_first: bool = False


def load_actors(folder: Path) -> tuple[dict[str, Side], list[tuple[str, ActorSense]]]:
    """Return the sides and every (surface form, sense) of the folder `actors/`; raises LexiconError."""
    sides: dict[str, Side] = {}
    forms: list[tuple[str, ActorSense]] = []
    if not any(folder.glob("*.yaml")):
        raise LexiconError(f"{folder.name}/: no lexicon of actors")
    more: list[tuple[Any, Place]] = []
    for path in sorted(folder.glob("*.yaml"), key=lambda p: (p.name == "others.yaml", p.name)):
        if path.name in _OTHER_FILES or path.name.endswith("people.yaml"):
            continue
        content = entries.read(path)
        for entry in content if isinstance(content, list) else [content]:
            place = _place(path, entry, "side")
            entries.mapping(entry, place, _SIDE_KEYS, ("side",))
            if "countries" not in entry:
                more.append((entry, place))
                continue
            side = _side(entry, place)
            if side.code in sides:
                raise LexiconError(f"{place}: side {side.code} is defined twice")
            sides[side.code] = side
            forms.extend(_side_forms(entry, place, side))
    for entry, place in more:
        forms.extend(_side_forms(entry, place, _known_side(entry["side"], place, sides)))
    given_names = _given_names(folder / _OTHER_FILES[0])
    for path in sorted(folder.glob("*people.yaml")):
        forms.extend(_people(path, sides, given_names))
    return sides, forms


def load_joint(path: Path, sides: dict[str, Side]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (name, sides) of what two sides do together by nature (« Force de Sibérie ») ; raises LexiconError."""
    if not path.exists():
        return
    for entry in entries.read(path) or []:
        place = _place(path, entry, "name")
        entries.mapping(entry, place, ("name", "spellings", "sides"), ("name", "sides"))
        pair = [_known_side(code, place, sides).code for code in entries.words(entry, place, "sides")]
        if len(pair) != 2:
            raise LexiconError(f"{place}: sides must name two")
        for name in (entry["name"], *entries.words(entry, place, "spellings")):
            yield name, (pair[0], pair[1])


def _place(path: Path, entry: Any, key: str) -> Place:
    named = str(entry.get(key, "")) if isinstance(entry, dict) else ""
    return Place(path.name, getattr(entry, "line", 1), named)


def _known_side(code: Any, place: Place, sides: dict[str, Side]) -> Side:
    if code not in sides:
        raise LexiconError(f"{place}: side {code!r} is not in actors/")
    return sides[code]


def _side(entry: Any, place: Place) -> Side:
    role = entry.get("kind", "state")
    if role not in _ROLES:
        raise LexiconError(f"{place}: kind {role!r}; known: {', '.join(_ROLES)}")
    adjectives = tuple(entries.words(entry, place, "adjectives"))
    names = tuple(
        n if isinstance(n, str) else n["name"] for n in [*entry["countries"], *(entry.get("capitals") or [])]
    )
    order = entry.get("family_name", "last")
    if order not in _FAMILY_NAMES:
        raise LexiconError(f"{place}: family_name {order!r}; known: {', '.join(_FAMILY_NAMES)}")
    combining = tuple(entries.words(entry, place, "combining"))
    return Side(str(entry["side"]), role, adjectives, combining, names, order == "first")


def _side_forms(entry: Any, place: Place, side: Side) -> Iterator[tuple[str, ActorSense]]:
    for adjective in entries.words(entry, place, "adjectives"):
        for form in agreements(adjective):
            yield form, ActorSense(side.code, "demonym", side.role)
    for key, kind in _KIND_OF_LIST.items():
        for item in entry.get(key) or []:
            yield from _named(item, place, key, kind, side)


def _named(item: Any, place: Place, key: str, kind: str, side: Side) -> Iterator[tuple[str, ActorSense]]:
    if isinstance(item, str):
        item = {"name": item}
    known = entries.mapping(item, place, ("name", "spellings", "case", "from", "to"), ("name",))
    first, last = entries.day(known, place, "from"), entries.day(known, place, "to")
    for name in (known["name"], *entries.words(known, place, "spellings")):
        if not isinstance(name, str) or len(name) < 2:
            raise LexiconError(f"{place}: {key} holds {name!r}, not a name")
        acronym = bool(known.get("case")) and name.isupper()
        at = next((index for index, letter in enumerate(name) if letter.isupper()), -1)
        yield (
            name,
            ActorSense(side.code, kind, side.role, at == 0, at, acronym, first=first, last=last),
        )


def _given_names(path: Path) -> dict[str, tuple[str, ...]]:
    """Return every spelling of each given name, under each of its spellings."""
    found: dict[str, tuple[str, ...]] = {}
    for group in (entries.read(path) or []) if path.exists() else []:
        place = Place(path.name, 1, "")
        spellings = tuple(entries.words({"spellings": group}, place, "spellings"))
        found.update(dict.fromkeys(spellings, spellings))
    return found


def _people(
    path: Path, sides: dict[str, Side], given_names: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, ActorSense]]:
    content = entries.read(path)
    if not isinstance(content, list):
        raise LexiconError(f"{path.name}:1: expected a list of people")
    for entry in content:
        place = _place(path, entry, "name")
        entries.mapping(
            entry,
            place,
            ("name", "side", "surnames", "surname", "spellings", "offices"),
            ("name", "side", "offices"),
        )
        side = _known_side(entry["side"], place, sides)
        rule = entry.get("surname", "after")
        if rule not in _SURNAME_RULES:
            raise LexiconError(f"{place}: surname {rule!r}; known: {', '.join(_SURNAME_RULES)}")
        surnames = _surnames(entry, place, side)
        explained = {v.lower() for name in surnames for v in (name, without_accents(name))}
        person = Person(
            entry["name"],
            side.code,
            tuple(_offices(entry, place)),
            frozenset(explained if rule != "never" else ()),
        )
        for name in _full_names(entry, place, surnames, given_names):
            yield (
                name,
                ActorSense(person.side, "person", capital=True, capital_at=0, person=person, full_name=True),
            )
        for surname in surnames if rule != "never" else ():
            yield (
                surname,
                ActorSense(
                    person.side,
                    "person",
                    capital=True,
                    capital_at=0,
                    needs_full_name=rule == "after",
                    person=person,
                ),
            )


def _surnames(entry: Any, place: Place, side: Side) -> list[str]:
    """Return the surname's spellings: the one in the name, and those given beside it."""
    parts = entry["name"].split(" ")
    own = parts[0] if side.family_first else parts[-1]
    return list(dict.fromkeys((own, *entries.words(entry, place, "surnames")))) if len(parts) > 1 else []


def _full_names(
    entry: Any, place: Place, surnames: list[str], given_names: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield the full names: as given, and each spelling of the given name with each of the surname."""
    yield entry["name"]
    yield from entries.words(entry, place, "spellings")
    given = entry["name"].split(" ")[0]
    if given in given_names:
        yield from (f"{first} {last}" for first in given_names[given] for last in surnames)


def _offices(entry: Any, place: Place) -> Iterator[Office]:
    for item in entry["offices"] or []:
        known = entries.mapping(item, place, ("office", "from", "to"), ("office", "from"))
        first, last = entries.day(known, place, "from"), entries.day(known, place, "to")
        if first is None or (last is not None and last < first):
            raise LexiconError(f"{place}: office {known['office']!r} ends before it begins")
        yield Office(str(known["office"]), first, last)
