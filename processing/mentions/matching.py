"""One automaton over all the lexicon's forms, and the hits it finds in a text.

Longest form from the left wins; a hit counts only at word boundaries. Everything is compiled once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import ahocorasick_rs

from processing.mentions import entries
from processing.mentions.inflect import Tense, agreements, spelling_variants, without_accents
from processing.mentions.lexicon_actors import ActorSense, Side, load_actors, load_joint
from processing.mentions.lexicon_words import (
    TriggerSense,
    load_cues,
    load_domains,
    load_masks,
    load_modifiers,
    load_triggers,
)

_BEYOND = 60
_NO_RULES = ("evaluation", "comparison", "explain", "fitting", "lessons", "teaching")
_PLAIN_CAPITALS = str.maketrans("ÉÈÊÀÂÎÔÇ", "EEEAAIOC")


@dataclass(slots=True)
class Senses:
    """All that one surface form may mean. A mask has none."""

    actor: ActorSense | None = None
    compound: tuple[str, str] | None = None
    trigger: TriggerSense | None = None
    modifier: str = ""
    domain: str = ""
    cues: dict[str, Tense | None] = field(default_factory=dict)
    mask: bool = False


@dataclass(slots=True)
class Hit:
    """A form found at text[start:end], offsets into the normalised text."""

    start: int
    end: int
    senses: Senses


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The compiled lexicon. `version` is a hash over its files and the rules' own source."""

    sides: dict[str, Side]
    forms: list[str]
    senses: list[Senses]
    several_words: list[bool]
    automaton: ahocorasick_rs.AhoCorasick
    version: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The prefilter's automaton, the sides each of its forms names, and whether it needs its capital."""

    automaton: ahocorasick_rs.AhoCorasick
    sides: tuple[frozenset[str], ...]
    capitals: tuple[bool, ...]
    version: str


@cache
def lexicon(folder: Path = entries.LEXICON) -> Lexicon:
    """Return the lexicon of a folder, compiled once; raises LexiconError naming file and entry."""
    table: dict[str, Senses] = {}

    def senses(form: str) -> list[Senses]:
        plain = form.translate(_PLAIN_CAPITALS)  # « chef d'Etat », « Elysée »
        forms = dict.fromkeys(v for f in (form, plain) for v in spelling_variants(_uniform(f)))
        return [table.setdefault(v, Senses()) for v in forms]

    sides, actors = load_actors(folder / "actors")
    for form, actor in actors:
        names = (form,) if actor.kind == "demonym" else dict.fromkeys((form, without_accents(form)))
        for s in (s for name in names for s in senses(name)):
            if s.actor is None or (s.actor.needs_full_name and not actor.needs_full_name):
                s.actor = actor
    for form, pair in [*_compounds(sides), *load_joint(folder / "actors" / "joint.yaml", sides)]:
        for s in senses(form):
            s.compound = s.compound or pair
    for form, trigger in load_triggers(folder / "triggers.yaml"):
        for s in senses(form):
            s.trigger = s.trigger or trigger
    for form, category in load_modifiers(folder / "modifiers.yaml"):
        for s in senses(form):
            s.modifier = s.modifier or category
    for form, category in load_domains(folder / "domains.yaml"):
        for s in senses(form):
            s.domain = s.domain or category
    for form, role, tense in load_cues(folder / "cues.yaml"):
        for s in senses(form):
            s.cues.setdefault(role, tense)
    for form in load_masks(folder / "masks.yaml"):
        for s in senses(form):
            s.mask = True
    forms = list(table)
    several = [not all(map(is_word, form)) for form in forms]
    return Lexicon(sides, forms, list(table.values()), several, _automaton(forms), version_of(folder))


def _uniform(form: str) -> str:
    return form.lower().replace("’", "'")


def _automaton(forms: list[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(
        forms,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,
    )


@cache
def gate(lex_version: str, dyad: tuple[str, str], folder: Path = entries.LEXICON) -> Gate:
    """Return the prefilter's automaton for a dyad: every form that names one of its sides.

    Bare surnames that need their full name are left out, since the full name must then be there too.
    """
    lex = lexicon(folder)
    forms: dict[str, frozenset[str]] = {}
    capitals: list[bool] = []
    for form, senses in zip(lex.forms, lex.senses, strict=True):
        sides = set(senses.compound or ())
        if senses.actor and not senses.actor.needs_full_name:
            sides.add(senses.actor.side)
        if not senses.mask and sides & set(dyad):
            forms[form] = frozenset(sides & set(dyad))
            capitals.append(senses.actor is not None and senses.actor.capital)
    automaton = ahocorasick_rs.AhoCorasick(list(forms), implementation=ahocorasick_rs.Implementation.DFA)
    return Gate(automaton, tuple(forms.values()), tuple(capitals), lex_version)


def _compounds(sides: dict[str, Side]) -> list[tuple[str, tuple[str, str]]]:
    """Return sino-russe, russo-chinoises, franco-russe … : every combining form with every adjective."""
    found: list[tuple[str, tuple[str, str]]] = []
    for left in sides.values():
        for prefix in left.combining:
            for right in sides.values():
                if right.code == left.code:
                    continue
                for adjective in right.adjectives:
                    found.extend(
                        (f"{prefix}-{form}", (left.code, right.code)) for form in agreements(adjective)
                    )
    return found


@cache
def version_of(folder: Path = entries.LEXICON) -> str:
    """Return a hash over the lexicon's files and the rules' own source (not what only measures or tells)."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    code = [*here.glob("*.py"), *here.glob("second/*.py")]
    rules = [path for path in code if path.stem not in _NO_RULES] + [here / "second" / "learned.npz"]
    for path in [*sorted(folder.rglob("*.yaml")), *sorted(rules)]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def is_word(character: str) -> bool:
    """True for what continues a word (letters and digits)."""
    return character.isalnum() or character == "_"


def stands_alone(low: str, start: int, end: int) -> bool:
    """True at word boundaries; an elided form (« faute d' ») ends in its apostrophe and runs into the next word."""
    if start and is_word(low[start - 1]):
        return False
    return end == len(low) or not is_word(low[end]) or low[end - 1] == "'"


def find(low: str, raw: str, lex: Lexicon) -> list[Hit]:
    """Return the hits in a normalised text, in order; `raw` decides where the capital matters.

    A form that is refused hides nothing: « dirigeant chinois » holds no « géant chinois », but « chinois ».
    """
    return _scan(low, raw, lex, 0, len(low))


def _scan(low: str, raw: str, lex: Lexicon, first: int, stop: int) -> list[Hit]:
    """Return the hits in low[first:stop]."""
    hits: list[Hit] = []
    resume = 0
    for index, start, end in lex.automaton.find_matches_as_indexes(low[first:stop]):
        if start < resume:
            continue
        hit = None
        if stands_alone(low, first + start, first + end):
            hit = _hit(low, raw, lex.senses[index], first + start, first + end)
        if hit is not None:
            hits.append(hit)
        elif lex.several_words[index]:
            inner = _within(low, raw, lex, first + start, first + end)
            if inner:
                hits.extend(inner)
                resume = inner[-1].end - first
    return hits


def _hit(low: str, raw: str, senses: Senses, start: int, end: int) -> Hit | None:
    """Return the hit of a form that stands alone at low[start:end], None when it is not written as it must."""
    actor = senses.actor
    if actor is not None and actor.capital_at >= 0 and not _written_as(actor, raw, start, end):
        if senses.trigger is None and not senses.cues and not senses.domain:
            return None
        senses = Senses(None, None, senses.trigger, senses.modifier, senses.domain, senses.cues)
    if actor is not None and actor.kind == "demonym" and _is_part_of_compound(low, start, end):
        return None
    return Hit(start, end, senses)


def _within(low: str, raw: str, lex: Lexicon, start: int, end: int) -> list[Hit]:
    """Return the hits that begin at a later word of a refused form; they may run a little beyond its end."""
    word = start + 1
    while word < end and (is_word(low[word - 1]) or not is_word(low[word])):
        word += 1
    if word >= end:
        return []
    return [hit for hit in _scan(low, raw, lex, word, min(len(low), end + _BEYOND)) if hit.start < end]


def _written_as(actor: ActorSense, raw: str, start: int, end: int) -> bool:
    """True when a name has its capital (« l'Ouest », not « l'ouest »), an acronym all of them (« OAK »)."""
    return raw[start:end].isupper() if actor.acronym else raw[start + actor.capital_at].isupper()


def _is_part_of_compound(low: str, start: int, end: int) -> bool:
    """True for the adjective in « anti-russe », « pro-chinois », « nord-russe »: another word altogether."""
    if start >= 2 and low[start - 1] == "-" and low[start - 2].isalpha():
        return True
    return (
        low[end : end + 1] == "-"
        and low[end + 1 : end + 2].isalpha()
        and low[end:].startswith("-là") is False
    )
