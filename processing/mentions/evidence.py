"""From a candidate to the mention that is reported: offsets into the given text, qualities, codes, actors."""

from __future__ import annotations

from collections.abc import Iterator

from processing.mentions.attribution import Voice
from processing.mentions.candidates import Candidate
from processing.mentions.coding import codes_of
from processing.mentions.features import Scene
from processing.mentions.frames import TriggerHit
from processing.mentions.matching import version_of
from processing.mentions.model import Actor, Cue, Mention, Polarity, Speaker, Trigger
from processing.mentions.normalise import Normalised
from processing.mentions.parties import Party
from processing.mentions.qualifiers import qualify, ruled
from processing.mentions.sentences import Sentence

_TOLD = ("negative", "pseudo_negation", "hedge", "request", "criticism", "penalty", "praise")
RULES_SERIES = "2026.11.3"


def mention_of(
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
    if candidate.polarity:
        qualities = ruled(qualities, Polarity(candidate.polarity), voice is not None)
    codes = codes_of(candidate.category, trigger, qualities.polarity, qualities.time)
    t_start, t_end = norm.given_span(*_told_at(candidate))
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
        tuple(_cues(norm, scene, trigger)),
    )


def _told_at(candidate: Candidate) -> tuple[int, int]:
    """Return the span of the words that state it: the trigger, else the parties, else what refers to them."""
    scene, trigger = candidate.scene, candidate.frame.trigger
    if trigger is not None:
        return trigger.start, trigger.end
    if candidate.groups:
        return candidate.groups[0].start, candidate.groups[-1].end
    for hit in scene.cues.get("anaphora_pair", ()):
        return hit.start, hit.end
    return scene.start, scene.end


def _cues(norm: Normalised, scene: Scene, trigger: TriggerHit | None) -> Iterator[Cue]:
    """Yield the qualifying words of the trigger's clause; without a trigger, of the sentence."""
    clause = None if trigger is None else scene.clauses.index(trigger.start)
    for role in _TOLD:
        for hit in scene.cues.get(role, ()):
            if clause is None or scene.clauses.index(hit.start) == clause:
                start, end = norm.given_span(hit.start, hit.end)
                yield Cue(role, norm.given[start:end], start, end)


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
