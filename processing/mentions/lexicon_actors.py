"""Who may hold one end of the cooperation: states, capitals, organs, companies, people with dated offices."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing.errors import LexiconError
from processing.mentions import entries
from processing.mentions.entries import Place
from processing.mentions.inflect import agreements

_SIDE_KEYS = (
    "side",
    "name",
    "kind",
    "countries",
    "capitals",
    "adjectives",
    "combining",
    "organs",
    "companies",
    "media",
    "currencies",
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
    "places": "place",
    "periphrases": "periphrasis",
    "exercises": "exercise",
    "people": "person",
}
_ROLES = ("state", "alliance", "forum")
_SURNAME_RULES = ("always", "after", "never")


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
    """A person who acts for a state while in office."""

    name: str
    side: str
    offices: tuple[Office, ...]

    def office_on(self, date: datetime.date) -> Office | None:
        """Return the office held on a date, the latest taken up when several are."""
        held = [office for office in self.offices if office.held_on(date)]
        return max(held, key=lambda office: office.first) if held else None


@dataclass(frozen=True, slots=True)
class ActorSense:
    """What an actor's name means. `needs_full_name`: a bare surname that counts only after the full name."""

    side: str
    kind: str
    role: str = "state"
    capital: bool = False
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


def load_actors(folder: Path) -> tuple[dict[str, Side], list[tuple[str, ActorSense]]]:
    """Return the sides and every (surface form, sense) of the folder `actors/`; raises LexiconError."""
    sides: dict[str, Side] = {}
    forms: list[tuple[str, ActorSense]] = []
    files = sorted(folder.glob("*.yaml"), key=lambda p: (p.name in ("others.yaml", "people.yaml"), p.name))
    if not files:
        raise LexiconError(f"{folder.name}/: no lexicon of actors")
    for path in files:
        content = entries.read(path)
        if path.name == "people.yaml":
            forms.extend(_people(path, content, sides))
            continue
        for entry in content if isinstance(content, list) else [content]:
            place = Place(
                path.name,
                getattr(entry, "line", 1),
                str(entry.get("side", "")) if isinstance(entry, dict) else "",
            )
            entries.mapping(entry, place, _SIDE_KEYS, ("side", "countries"))
            side = _side(entry, place)
            if side.code in sides:
                raise LexiconError(f"{place}: side {side.code} is defined twice")
            sides[side.code] = side
            forms.extend(_side_forms(entry, place, side))
    return sides, forms


def _side(entry: Any, place: Place) -> Side:
    role = entry.get("kind", "state")
    if role not in _ROLES:
        raise LexiconError(f"{place}: kind {role!r}; known: {', '.join(_ROLES)}")
    adjectives = tuple(entries.words(entry, place, "adjectives"))
    names = tuple(
        n if isinstance(n, str) else n["name"] for n in [*entry["countries"], *(entry.get("capitals") or [])]
    )
    return Side(str(entry["side"]), role, adjectives, tuple(entries.words(entry, place, "combining")), names)


def _side_forms(entry: Any, place: Place, side: Side) -> Iterator[tuple[str, ActorSense]]:
    for adjective in side.adjectives:
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
        capital = bool(known.get("case")) or kind in ("person", "media", "company", "exercise")
        yield name, ActorSense(side.code, kind, side.role, capital=capital, first=first, last=last)


def _people(path: Path, content: Any, sides: dict[str, Side]) -> Iterator[tuple[str, ActorSense]]:
    if not isinstance(content, list):
        raise LexiconError(f"{path.name}:1: expected a list of people")
    for entry in content:
        place = Place(
            path.name,
            getattr(entry, "line", 1),
            str(entry.get("name", "")) if isinstance(entry, dict) else "",
        )
        entries.mapping(
            entry,
            place,
            ("name", "side", "surnames", "surname", "spellings", "offices"),
            ("name", "side", "offices"),
        )
        if entry["side"] not in sides:
            raise LexiconError(f"{place}: side {entry['side']!r} is not in actors/")
        rule = entry.get("surname", "after")
        if rule not in _SURNAME_RULES:
            raise LexiconError(f"{place}: surname {rule!r}; known: {', '.join(_SURNAME_RULES)}")
        person = Person(entry["name"], entry["side"], tuple(_offices(entry, place)))
        for name in (entry["name"], *entries.words(entry, place, "spellings")):
            yield name, ActorSense(person.side, "person", capital=True, person=person, full_name=True)
        if rule != "never":
            for surname in entries.words(entry, place, "surnames"):
                yield (
                    surname,
                    ActorSense(
                        person.side, "person", capital=True, needs_full_name=rule == "after", person=person
                    ),
                )


def _offices(entry: Any, place: Place) -> Iterator[Office]:
    for item in entry["offices"] or []:
        known = entries.mapping(item, place, ("office", "from", "to"), ("office", "from"))
        first, last = entries.day(known, place, "from"), entries.day(known, place, "to")
        if first is None or (last is not None and last < first):
            raise LexiconError(f"{place}: office {known['office']!r} ends before it begins")
        yield Office(str(known["office"]), first, last)
