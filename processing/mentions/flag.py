"""The flagger: text in, mentions out.

Stages: normalise; prefilter; one pass of the automaton; sentences; parties and groups; triggers and what they
govern; memory of the sentences before; features and score; qualifiers, codes and speaker for what passes.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from processing.mentions.attribution import Voice, find_voice, quote_open
from processing.mentions.coding import category_of, codes_of
from processing.mentions.features import Scene, features_of, link_of_dyad, pointed, referring, they
from processing.mentions.frames import Frame, clauses, find_triggers, govern, visits
from processing.mentions.matching import Hit, Lexicon, find, gate, lexicon, version_of
from processing.mentions.memory import NOTHING, Memory, Trace, pair_of
from processing.mentions.model import Actor, Mention, Speaker, Trigger
from processing.mentions.normalise import Normalised, normalise
from processing.mentions.parties import Group, Party, People, find_parties, group_parties
from processing.mentions.prefilter import sides_named
from processing.mentions.qualifiers import qualify
from processing.mentions.score import Weights, load_weights, score
from processing.mentions.second import Judge
from processing.mentions.sentences import Sentence, glued_title_end, split

DYAD = ("RUS", "CHN")
RULES_SERIES = "2026.11.1"
_MOST_PER_SENTENCE = 3
_MUTUAL = 0.8
_GENERAL = ("STRATEGIC", "VISIT", "MULTILATERAL")
_SURE = 0.9
_OTHER_PAIR = 0.4
_TELLING = 0.6
_WE = re.compile(r"\b(?:notre|nos|nous)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention: a trigger's frame in a sentence, its features and its score."""

    scene: Scene
    frame: Frame
    features: dict[str, float]
    score: float
    category: str
    groups: list[Group]
    tier: int = 1


@dataclass(slots=True)
class Reader:
    """Reads the parts of one article in order, remembering what they spoke of."""

    lex: Lexicon
    weights: Weights
    date: datetime.date | None
    dyad: tuple[str, str]
    memory: Memory
    people: People
    quote: Voice | None = None
    in_quote: bool = False
    topic: str = ""
    judge: Judge | None = None

    @classmethod
    def open(cls, date: datetime.date | None, dyad: tuple[str, str] = DYAD, tiers: int = 1) -> Reader:
        judge = Judge.for_dyad(dyad) if tiers > 1 else None
        return cls(lexicon(), load_weights(), date, dyad, Memory(frozenset(dyad)), People(), judge=judge)

    def reachable(self, *parts: Normalised) -> bool:
        """True when the parts together name both sides: the prefilter."""
        passing = gate(self.lex.version, self.dyad)
        return set().union(*(sides_named(norm, passing, self.dyad) for norm in parts)) == set(self.dyad)

    def prime_title(self, title: str) -> None:
        """Let a title prime the text after it; it gives no mention here."""
        if not title:
            return
        for _, scene in self.scenes(normalise(title)):
            link, _ = link_of_dyad(scene, frozenset(self.dyad))
            sides = scene.sides()
            self.memory.title_sides |= sides
            if link and sides == set(self.dyad):
                self.memory.title_pair = frozenset(self.dyad)
                self.memory.title_strength = 1.0 if link in ("compound", "pair") else 0.8
            elif link:
                self.memory.title_strength = max(self.memory.title_strength, 0.4)

    def prime(self, text: str) -> None:
        """Read a context: it fills the memory and gives no mention."""
        if text:
            for _ in self.read(normalise(text), "context"):
                pass

    def read(self, norm: Normalised, field: str) -> Iterator[Mention]:
        """Yield the mentions of one part of the article, sentence by sentence."""
        for sentence, scene in self.scenes(norm):
            candidates = self.candidates(scene)
            found = [c for c in candidates if c.score >= self.weights.threshold]
            if self.judge is not None and candidates and field != "context":
                found = _judged(self.judge, norm.raw, candidates, found)
            best = _best_by_category(found)
            opens = quote_open(norm.low, sentence.start, sentence.end, self.in_quote)
            voice = self._voice(norm, scene) if best or opens else None
            self.in_quote, self.quote = opens, voice if opens else None
            self._remember(scene, best)
            self.topic = next((c.category for c in best if c.category not in _GENERAL), self.topic)
            for candidate in best:
                yield _mention(norm, sentence, field, candidate, voice, frozenset(self.dyad))

    def scenes(self, norm: Normalised) -> Iterator[tuple[Sentence, Scene]]:
        """Yield each sentence that names anybody or may mean the pair, with what was found in it."""
        hits = find(norm.low, norm.raw, self.lex)
        starts = [hit.start for hit in hits]
        for sentence in split(norm.raw):
            inside = hits[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
            self.people.learn(inside)
            if self._idle(norm.low, sentence, inside):
                self.memory.add(NOTHING)
            else:
                yield sentence, self._scene(norm, sentence, inside)

    def _idle(self, low: str, sentence: Sentence, hits: list[Hit]) -> bool:
        """True when the sentence names nobody, means no pair and takes no part in a quotation."""
        for hit in hits:
            senses = hit.senses
            if senses.actor is not None or senses.compound is not None or "anaphora_pair" in senses.cues:
                return False
        if self.in_quote or low.find("«", sentence.start, sentence.end) >= 0:
            return False
        return self.memory.salience() == 0 or not any(hit.senses.trigger for hit in hits)

    def _voice(self, norm: Normalised, scene: Scene) -> Voice | None:
        carried = self.quote if self.in_quote else None
        voice = find_voice(scene, carried)
        if voice is None or voice is carried:
            return voice
        start, end = norm.given_span(voice.start, voice.end)
        return replace(voice, text=norm.given[start:end].strip())

    def _scene(self, norm: Normalised, sentence: Sentence, hits: list[Hit]) -> Scene:
        low, opening = norm.low, glued_title_end(norm.raw, sentence)
        parties = find_parties(low, hits, self.people, self.date)
        if self.in_quote and self.quote is not None:
            parties = _with_speaker(low, sentence, parties, self.quote, self.dyad)
        cues: dict[str, list[Hit]] = {}
        for hit in hits:
            for role in hit.senses.cues:
                cues.setdefault(role, []).append(hit)
        for party in parties:
            party.belligerent = _belligerent(low, party, cues.get("war", []))
        groups = group_parties(low, parties)
        other_pair = any(
            len(g.sides) == 2 and g.sides != set(self.dyad) and g.start >= opening for g in groups
        )
        return Scene(
            low,
            sentence.start,
            sentence.end,
            hits,
            parties,
            groups,
            find_triggers(low, hits),
            clauses(low, sentence.start, sentence.end, hits, opening),
            cues,
            self.memory.salience() * (_OTHER_PAIR if other_pair else 1.0),
            self.memory.title_strength,
            self.memory.partner(frozenset().union(*(g.sides for g in groups))),
        )

    def candidates(self, scene: Scene) -> list[Candidate]:
        """Return every candidate of a sentence with its score; none when the dyad is out of reach."""
        dyad = frozenset(self.dyad)
        sides = scene.sides() & dyad
        reachable = sides == dyad or (
            scene.triggers and (scene.salience > 0 or (sides and scene.partner > 0))
        )
        if not reachable:
            return []
        link, bearers = link_of_dyad(scene, dyad)
        found = []
        forums = [p.start for p in scene.parties if p.role == "forum"]
        for trigger in scene.triggers:
            if not (sides or scene.cues.get("anaphora_pair") or pointed(scene, trigger) or they(scene)):
                continue
            frame = govern(scene.low, trigger, scene.groups, scene.clauses, dyad, forums)
            if not link and not _stands_for_both(scene, frame):
                continue
            found.append(self._candidate(scene, frame, link, bearers))
        found.extend(
            self._candidate(scene, frame, link, bearers) for frame in visits(scene.low, scene.groups, dyad)
        )
        if link:
            found.append(self._candidate(scene, Frame(None), link, bearers))
        return found

    def _candidate(self, scene: Scene, frame: Frame, link: str, bearers: list[Group]) -> Candidate:
        features = features_of(scene, frame, frozenset(self.dyad), link)
        groups = frame.groups if frame.how and frame.groups else bearers
        category = category_of(scene, frame.trigger, groups, self.date, self.topic)
        return Candidate(scene, frame, features, score(features, self.weights), category, groups)

    def _remember(self, scene: Scene, best: list[Candidate]) -> None:
        dyad = frozenset(self.dyad)
        sides = frozenset(scene.sides())
        governed = any(c.frame.how or c.features.get("pair_anaphora") for c in best)
        pair = dyad if governed else pair_of([(frozenset(g.sides), g.compound) for g in scene.groups], sides)
        if not sides and not best and not scene.cues.get("anaphora_pair"):
            self.memory.add(NOTHING)
            return
        if best and not pair:
            pair = dyad
        strength = 1.0 if best else 0.7 if pair == dyad else 0.5
        self.memory.add(Trace(pair, sides or (dyad if best else sides), strength))


def _with_speaker(
    low: str, sentence: Sentence, parties: list[Party], voice: Voice, dyad: tuple[str, str]
) -> list[Party]:
    """Add the speaker of the open quotation as a party where it says « notre », « nos », « nous »."""
    if voice.side not in dyad or any(p.side == voice.side for p in parties):
        return parties
    spoken = _WE.search(low, sentence.start, sentence.end)
    if spoken is None:
        return parties
    we = Party(spoken.start(), spoken.end(), voice.side, "anaphora", "state")
    return sorted([*parties, we], key=lambda party: party.start)


def _stands_for_both(scene: Scene, frame: Frame) -> bool:
    """May a sentence that does not name both sides speak of both?

    Yes with « les deux pays », « cette alliance », « leurs échanges » when the dyad is salient; when one side
    holds a trigger that takes two (« la Chine participera aux manœuvres »), nobody else being named; and when a
    pronoun may stand for the other side, named shortly before (« il a obtenu le soutien de la Chine »).
    """
    trigger = frame.trigger
    if trigger is None:
        return False
    one = len(scene.sides()) == 1 and scene.partner > 0 and not frame.third_argument
    if one and trigger.sense.strength >= _TELLING and referring(scene):
        return True
    if scene.salience <= 0:
        return False
    if scene.cues.get("anaphora_pair") or pointed(scene, trigger):
        return True
    if (
        they(scene)
        and trigger.sense.strength >= _MUTUAL
        and not frame.third_argument
        and scene.salience >= _SURE
    ):
        return True
    mutual = (
        trigger.sense.frame == "mutual" and trigger.sense.part == "noun" and trigger.sense.strength >= _MUTUAL
    )
    return mutual and bool(frame.one_side) and not frame.third_argument


def _belligerent(low: str, party: Party, war: list[Hit]) -> bool:
    return any(
        (0 <= party.start - hit.end <= 14 and low.count(" ", hit.end, party.start) <= 3)
        or (0 <= hit.start - party.end <= 3)
        or (
            0 <= party.start - hit.end <= 30
            and low[max(0, party.start - 7) : party.start].startswith(("par la", "ar la"))
        )
        for hit in war
    )


def _judged(judge: Judge, raw: str, candidates: list[Candidate], found: list[Candidate]) -> list[Candidate]:
    """Let the second tier rule on a sentence by its likeliest candidate; unasked, what tier 1 found stands."""
    top = max(candidates, key=lambda c: (c.score, c.frame.trigger is not None))
    ruling = judge.rule(raw, top.scene, top.score, top.category)
    if ruling is None:
        return found
    if not ruling.mention:
        return []
    settled = replace(
        top,
        tier=2,
        score=ruling.score,
        category=ruling.category,
        features={**top.features, **ruling.features},
    )
    others = [
        replace(c, tier=2, score=min(c.score, ruling.score))
        for c in found
        if c is not top and c.category not in (top.category, ruling.category)
    ]
    return [settled, *others]


def _best_by_category(found: list[Candidate]) -> list[Candidate]:
    """Return the likeliest candidate of each category; « partenaires » yields to the exercises they hold."""
    if any(_special(c) for c in found):
        found = [c for c in found if c.category != "STRATEGIC"]
    best: list[Candidate] = []
    taken: set[str] = set()
    for candidate in sorted(found, key=lambda c: (-c.score, c.frame.trigger is None)):
        loose = not candidate.frame.how and not candidate.features.get("trigger_anaphora")
        if candidate.category in taken or (best and loose):
            continue
        taken.add(candidate.category)
        best.append(candidate)
    return best[:_MOST_PER_SENTENCE]


def _special(candidate: Candidate) -> bool:
    """True for a trigger that by itself says what the cooperation consists in, and governs the pair."""
    trigger = candidate.frame.trigger
    governs = trigger is not None and candidate.frame.how not in ("", "listed", "left_both")
    return (
        governs
        and candidate.category not in _GENERAL
        and (trigger is not None and trigger.sense.strength >= _MUTUAL)
    )


def _mention(
    norm: Normalised,
    sentence: Sentence,
    field: str,
    candidate: Candidate,
    voice: Voice | None,
    dyad: frozenset[str],
) -> Mention:
    start, end = norm.given_span(sentence.start, sentence.end)
    scene, trigger = candidate.scene, candidate.frame.trigger
    qualities = qualify(scene, candidate.frame, dyad, voice is not None, candidate.category)
    codes = codes_of(candidate.category, trigger, qualities.polarity, qualities.time)
    if trigger is not None:
        t_start, t_end = norm.given_span(trigger.start, trigger.end)
    else:
        t_start, t_end = norm.given_span(candidate.groups[0].start, candidate.groups[-1].end)
    speaker = None if voice is None else Speaker(voice.text, voice.side)
    return Mention(
        norm.given[start:end],
        start,
        end,
        field,
        candidate.category,
        codes.plover,
        codes.cameo,
        codes.intensity,
        str(qualities.polarity),
        qualities.negated,
        qualities.certainty,
        qualities.stance,
        qualities.time,
        tuple(_actors(norm, candidate, dyad)),
        Trigger(norm.given[t_start:t_end], t_start, t_end),
        speaker,
        round(candidate.score, 4),
        candidate.tier,
        {k: round(v, 3) for k, v in candidate.features.items()},
        rules_version(),
    )


def _actors(norm: Normalised, candidate: Candidate, dyad: frozenset[str]) -> Iterator[Actor]:
    parties: list[Party] = [p for g in candidate.groups for p in g.parties]
    if not parties:
        parties = [p for g in candidate.scene.groups for p in g.parties if p.side in dyad]
    for party in parties:
        start, end = norm.given_span(party.start, party.end)
        for side in party.side.split("+"):
            yield Actor(side, norm.given[start:end], party.kind, start, end)
    if not parties:
        for hit in candidate.scene.cues.get("anaphora_pair", ())[:1]:
            start, end = norm.given_span(hit.start, hit.end)
            for side in sorted(dyad):
                yield Actor(side, norm.given[start:end], "anaphora", start, end)


def rules_version() -> str:
    """Return the series of the rules and the hash over every lexicon file and rule."""
    return f"{RULES_SERIES}+{version_of()}"


def flag_text(
    text: str, *, title: str = "", context: str = "", date: datetime.date | None = None, tiers: int = 2
) -> list[Mention]:
    """Return the mentions of a text, offsets in code points into it, field "text".

    Title and context (the sentences before) only prime: they resolve « les deux pays » and give no mention.
    The date is the article's, for offices that people hold in time. Never raises on any text.
    With `tiers` 2 the sentences that the rules leave unsettled are read again through a sentence vector, where
    the optional package for it is installed; with 1 the rules decide alone.
    """
    reader = Reader.open(date, tiers=tiers)
    norm = normalise(text)
    if not reader.reachable(norm, *(normalise(primer) for primer in (title, context) if primer)):
        return []
    reader.prime_title(title)
    reader.prime(context)
    return list(reader.read(norm, "text"))


def flag_article(
    *, title: str, lead: str, body: str, date: datetime.date | None = None, tiers: int = 2
) -> list[Mention]:
    """Return the mentions of an article's title, lead and body, each with offsets into its own text.

    `tiers` as in flag_text.
    """
    reader = Reader.open(date, tiers=tiers)
    parts = [
        (field, normalise(text)) for field, text in (("title", title), ("lead", lead), ("body", body)) if text
    ]
    if not reader.reachable(*(norm for _, norm in parts)):
        return []
    found: list[Mention] = []
    for field, norm in parts:
        found.extend(reader.read(norm, field))
        if field == "title":
            primed = reader.memory
            reader.memory = replace(primed, traces=[])
            reader.prime_title(title)
    return found
