"""The other words of the lexicon: triggers with their codes, modifiers, domains, cues and masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.errors import LexiconError
from processing.mentions import entries
from processing.mentions.entries import Place
from processing.mentions.inflect import Tense, agreements, conjugate, phrase_forms, plural_of
from processing.mentions.model import CATEGORIES

FRAMES = ("mutual", "directed", "contact", "joint", "tacit")
_GROUP_KEYS = (
    "category",
    "frame",
    "plover",
    "cameo",
    "intensity",
    "strength",
    "domain",
    "denies",
    "nouns",
    "verbs",
    "pronominal",
    "adjectives",
    "phrases",
    "except",
)
CUE_ROLES = (
    "joint",
    "adversarial",
    "war",
    "comparison",
    "off_topic",
    "boundary",
    "concession",
    "negative",
    "undoer",
    "pseudo_negation",
    "hedge",
    "request",
    "penalty",
    "future",
    "historical",
    "criticism",
    "praise",
    "anaphora_pair",
    "demonstrative",
    "possessive_pair",
    "attribution",
)


@dataclass(frozen=True, slots=True)
class TriggerSense:
    """What a trigger means: its category, frame and codes (see lexicon/triggers.yaml)."""

    category: str
    frame: str
    plover: str
    cameo: str
    intensity: float
    strength: float
    part: str
    lemma: str
    domain: bool = False
    tense: Tense | None = None
    denies: bool = False


def load_triggers(path: Path) -> Iterator[tuple[str, TriggerSense]]:
    """Yield every (surface form, sense) of triggers.yaml; raises LexiconError naming line and group."""
    seen: dict[tuple[str, str], Place] = {}
    for group in _groups(path):
        place = Place(path.name, group.line, str(group.get("category", "")))
        entries.mapping(
            group, place, _GROUP_KEYS, ("category", "frame", "plover", "cameo", "intensity", "strength")
        )
        if group["category"] not in CATEGORIES:
            raise LexiconError(f"{place}: unknown category; known: {', '.join(CATEGORIES)}")
        if group["frame"] not in FRAMES:
            raise LexiconError(f"{place}: frame {group['frame']!r}; known: {', '.join(FRAMES)}")
        if not isinstance(group["cameo"], str):
            raise LexiconError(f"{place}: write the cameo code in quotes, else YAML drops its zero")
        excepted = set(entries.words(group, place, "except"))
        for form, part, lemma, tense in _forms(group, place):
            if form in excepted:
                continue
            if tense in (None, Tense.INFINITIVE) and form == lemma:
                _refuse_repeats(seen, (part, lemma), place)
            yield (
                form,
                TriggerSense(
                    group["category"],
                    group["frame"],
                    group["plover"],
                    group["cameo"],
                    float(group["intensity"]),
                    float(group["strength"]),
                    part,
                    lemma,
                    bool(group.get("domain")),
                    tense,
                    bool(group.get("denies")),
                ),
            )


def _refuse_repeats(seen: dict[tuple[str, str], Place], key: tuple[str, str], place: Place) -> None:
    if key in seen and seen[key] == place:
        raise LexiconError(f"{place}: {key[1]!r} stands twice in the group")
    seen.setdefault(key, place)


def load_cues(path: Path) -> Iterator[tuple[str, str, Tense | None]]:
    """Yield (surface form, role, tense) of cues.yaml; raises LexiconError."""
    content = entries.read(path)
    place = Place(path.name, 1, "")
    entries.mapping(content, place, CUE_ROLES, CUE_ROLES)
    for role, group in content.items():
        at = Place(path.name, getattr(group, "line", 1), role)
        entries.mapping(
            group, at, ("phrases", "verbs", "pronominal", "nouns", "adjectives", "except", "pairs")
        )
        excepted = set(entries.words(group, at, "except"))
        for noun in entries.words(group, at, "pairs"):
            for form in _pair_forms(noun):
                yield form, role, None
        for form, _, _, tense in _forms(group, at):
            if form in excepted:
                continue
            yield form, role, tense


def _pair_forms(noun: str) -> Iterator[str]:
    """Yield « les deux marines », « ces deux marines », « nos deux marines » … for a noun."""
    plural = phrase_forms(noun)[-1]
    for determiner in ("les", "des", "ces", "nos", "leurs", "aux", "entre"):
        yield f"{determiner} deux {plural}"


def load_domains(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (surface form, category) of domains.yaml; raises LexiconError."""
    for category, group in _by_category(path, extra=()):
        place = Place(path.name, getattr(group, "line", 1), category)
        entries.mapping(group, place, ("nouns", "phrases"))
        for form, _, _, _ in _forms(group, place):
            yield form, category


def load_modifiers(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (surface form, category or "plain") of modifiers.yaml; raises LexiconError."""
    for category, adjectives in _by_category(path, extra=("plain",)):
        place = Place(path.name, 1, category)
        for adjective in entries.words({"adjectives": adjectives}, place, "adjectives"):
            for form in _adjective_forms(adjective):
                yield form, category


def load_masks(path: Path) -> Iterator[str]:
    """Yield the surface forms of masks.yaml; raises LexiconError."""
    content = entries.read(path)
    place = Place(path.name, 1, "")
    entries.mapping(content, place, ("nouns", "fixed"))
    for noun in entries.words(content, place, "nouns"):
        yield from phrase_forms(noun)
    yield from entries.words(content, place, "fixed")


def _groups(path: Path) -> list[entries.Entry]:
    content = entries.read(path)
    if not isinstance(content, list) or not all(isinstance(group, entries.Entry) for group in content):
        raise LexiconError(f"{path.name}:1: expected a list of groups")
    return content


def _by_category(path: Path, extra: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    content = entries.read(path)
    entries.mapping(content, Place(path.name, 1, ""), (*CATEGORIES, *extra))
    yield from content.items()


def _forms(group: Any, place: Place) -> Iterator[tuple[str, str, str, Tense | None]]:
    """Yield (surface form, part of speech, dictionary form, tense) of a group's words."""
    for noun in entries.words(group, place, "nouns"):
        for form in phrase_forms(noun):
            yield form, "noun", noun, None
    for phrase in entries.words(group, place, "phrases"):
        yield phrase, "phrase", phrase, None
    for adjective in entries.words(group, place, "adjectives"):
        for form in _adjective_forms(adjective):
            yield form, "adjective", adjective, None
    for verb in entries.words(group, place, "verbs"):
        try:
            for form, tense in conjugate(verb):
                yield form, "verb", verb, tense
        except LexiconError as error:
            raise LexiconError(f"{place}: {error}") from error
    for verb in entries.words(group, place, "pronominal"):
        try:
            for form, tense in conjugate(verb):
                yield from _pronominal(verb, form, tense)
        except LexiconError as error:
            raise LexiconError(f"{place}: {error}") from error


def _pronominal(verb: str, form: str, tense: Tense) -> Iterator[tuple[str, str, str, Tense | None]]:
    lemma = f"se {verb}"
    clitic = "s'" if form[0] in "aeiouyéèêh" else "se "
    if tense is Tense.PARTICIPLE:
        for auxiliary in ("s'est", "se sont", "s'étaient", "s'était", "s'être"):
            yield f"{auxiliary} {form}", "verb", lemma, tense
        for auxiliary in ("se serait", "se seraient"):
            yield f"{auxiliary} {form}", "verb", lemma, Tense.CONDITIONAL
    elif form.endswith("ons"):
        yield f"nous {form}", "verb", lemma, tense
    else:
        yield clitic + form, "verb", lemma, tense


def _adjective_forms(adjective: str) -> tuple[str, ...]:
    if " " in adjective or adjective.endswith("s précédent"):
        return (adjective,)
    forms = agreements(adjective)
    if adjective.endswith("al"):
        return tuple(dict.fromkeys((*forms, plural_of(adjective))))
    return forms
