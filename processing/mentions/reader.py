"""The reader of one article: it finds who appears in each sentence, remembers, and reports the mentions."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from processing.mentions.attribution import Voice, find_voice, quote_open
from processing.mentions.candidates import (
    GENERAL,
    Candidate,
    best_by_category,
    first_word,
    settled,
    stands_for_both,
)
from processing.mentions.coding import category_of
from processing.mentions.evidence import mention_of
from processing.mentions.features import (
    Scene,
    features_of,
    link_of_dyad,
    pointed,
    scene_features,
    they,
)
from processing.mentions.frames import Frame, clauses, find_triggers, govern, visits
from processing.mentions.matching import Hit, Lexicon, find, gate, lexicon
from processing.mentions.memory import NOTHING, Memory, Trace, pair_of
from processing.mentions.model import Mention
from processing.mentions.normalise import Normalised, normalise
from processing.mentions.parties import Group, Party, People, find_parties, group_parties
from processing.mentions.prefilter import sides_named
from processing.mentions.score import Weights, load_weights, score, weighed
from processing.mentions.second import Judge, Ruling
from processing.mentions.second.view import BEFORE
from processing.mentions.sentences import Sentence, glued_title_end, split

DYAD = ("RUS", "CHN")
_OTHER_PAIR = 0.4
_WE = re.compile(r"\b(?:notre|nos|nous)\b")


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
    heard: str = ""
    """The end of what was read before the part that is being read."""

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
        if self.judge is not None:
            self.judge.title = title
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
            ruling = None if field == "context" else self._ruling(norm, scene, candidates)
            if ruling is None:
                best = best_by_category(found)
            else:
                best = settled(candidates or [self._bare(scene)], found, ruling)
            opens = quote_open(norm.low, sentence.start, sentence.end, self.in_quote)
            voice = self._voice(norm, scene) if best or opens else None
            self.in_quote, self.quote = opens, voice if opens else None
            self._remember(scene, best)
            self.topic = next((c.category for c in best if c.category not in GENERAL), self.topic)
            for candidate in best:
                yield mention_of(norm, sentence, field, candidate, voice, frozenset(self.dyad))
        self.heard = f"{self.heard} {norm.raw[-BEFORE:]}"[-BEFORE:]

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
        voice = find_voice(scene, carried, self.dyad)
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
            if not link and not stands_for_both(scene, frame):
                continue
            found.append(self._candidate(scene, frame, link, bearers))
        found.extend(
            self._candidate(scene, frame, link, bearers) for frame in visits(scene.low, scene.groups, dyad)
        )
        if link:
            found.append(self._candidate(scene, Frame(None), link, bearers))
        return found

    def before(self, norm: Normalised, scene: Scene) -> str:
        """Return what stands right before a sentence, some hundred characters of it."""
        return f"{self.heard} {norm.raw[max(0, scene.start - BEFORE) : scene.start]}"

    def open_to_judgement(self, scene: Scene, candidates: Sequence[Candidate]) -> bool:
        """True when the sentence may speak of both sides, which is when it is put before the second tier.

        The rules see a candidate; or it names both; or it means the pair (« les deux pays ») that was spoken of
        shortly before. One that merely names a side where the other was named shortly before is not asked about:
        next to a mention the encoder believes too easily.
        """
        if candidates or scene.sides() >= set(self.dyad):
            return True
        return scene.salience > 0 and bool(scene.cues.get("anaphora_pair") or they(scene))

    def _ruling(self, norm: Normalised, scene: Scene, candidates: list[Candidate]) -> Ruling | None:
        """Return what the second tier says of a sentence; None without it, or when the sentence is not worth asking."""
        if self.judge is None or not self.open_to_judgement(scene, candidates):
            return None
        top = max(candidates, key=lambda c: c.score, default=None)
        return self.judge.rule(norm.raw, scene, self.before(norm, scene), first_word(top, self.dyad))

    def _bare(self, scene: Scene) -> Candidate:
        """Return the candidate of a sentence in which the rules see none, for the second tier to rule on."""
        strongest = max(scene.triggers, key=lambda t: t.sense.strength, default=None)
        groups = [g for g in scene.groups if g.sides & set(self.dyad)]
        return self._candidate(scene, Frame(strongest), "", groups)

    def _candidate(self, scene: Scene, frame: Frame, link: str, bearers: list[Group]) -> Candidate:
        dyad = frozenset(self.dyad)
        if scene.shared is None:
            scene.shared_sum = weighed(scene_features(scene, dyad, link), self.weights.weights)
        own = features_of(scene, frame, dyad, link)
        likely = score(own, self.weights, plus=scene.shared_sum)
        groups = frame.groups if frame.how and frame.groups else bearers
        category = category_of(scene, frame.trigger, groups, self.date, self.topic)
        return Candidate(scene, frame, own, likely, category, groups)

    def _remember(self, scene: Scene, best: list[Candidate]) -> None:
        dyad = frozenset(self.dyad)
        sides = frozenset(scene.sides())
        governed = any(c.frame.how or c.own.get("pair_anaphora") for c in best)
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
