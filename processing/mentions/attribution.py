"""Who says so: « selon X », « X a déclaré », « … », a dit X, and quotations that run over sentences.

The speaker is the words of the text; the side is the state they act for, or WEST (USA, EU, NATO and their
members), THIRD (other states), EXPERT, MEDIA, UNKNOWN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.parties import Party

WEST = frozenset(
    {"USA", "EUR", "NATO", "WEST", "GBR", "FRA", "DEU", "CAN", "AUS", "POL", "ITA", "ESP", "JPN"}
)
_ACCORDING = re.compile(r"\b(?:selon|d'après|à en croire|aux yeux d[eu]s?|de l'aveu d[eu]s?|pour)\s+")
_EXPERT = re.compile(
    r"\b(?:chercheu(?:r|se)s?|analystes?|experts?|politologues?|historiens?|spécialistes?|économistes?"
    r"|professeur|directeur de recherche)\b"
)
_MEDIA = re.compile(
    r"\b(?:presse|journal|quotidien|chaîne|agence|spiegel|new york times|wall street journal|financial times"
    r"|bloomberg|reuters|afp|guardian|washington post)\b"
)
_SPEAKER_REACH = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker's span in the normalised text of one part, side, and words as given."""

    start: int
    end: int
    side: str
    text: str = ""


def find_voice(scene: Scene, carried: Voice | None) -> Voice | None:
    """Return who says the sentence; `carried` is the speaker of a quotation still open from before."""
    low = scene.low
    for found in _ACCORDING.finditer(low, scene.start, scene.end):
        if found.group().startswith("pour") and found.start() != scene.start:
            continue
        voice = _voice_at(scene, found.end())
        if voice is not None:
            return voice
    for hit in scene.cues.get("attribution", ()):
        if hit.senses.trigger is not None and not _quoted(low, scene.start, scene.end):
            continue
        after = _party_from(scene, hit.end, hit.end + 28)
        if after is not None and _inverted(scene, hit.start):
            return Voice(after.start, after.end, side_of(after))
        expert = _EXPERT.search(low, hit.end, min(scene.end, hit.end + 30))
        if expert is not None and not low[hit.end : expert.start()].count(","):
            return Voice(expert.start(), expert.end(), "EXPERT")
        before = [
            p
            for p in scene.parties
            if p.kind != "compound"
            and p.end <= hit.start
            and hit.start - p.end <= _SPEAKER_REACH
            and p.role != "forum"
        ]
        if before and "," not in low[before[-1].end : hit.start].strip(" ,"):
            return Voice(before[-1].start, before[-1].end, side_of(before[-1]))
    return carried


def _inverted(scene: Scene, verb: int) -> bool:
    """True when the verb follows a quotation or an incise, not its subject: « …», a dit X »."""
    before = scene.low[scene.start : verb].rstrip()
    for auxiliary in (" a", " ont", " avait"):
        before = before.removesuffix(auxiliary)
    before = before.rstrip()
    if not before.endswith(("»", '"', ",", "”")):
        return False
    at = scene.start + len(before) - 1
    return not any(at - 2 <= p.end <= at for p in scene.parties)


def quote_open(low: str, start: int, end: int, was_open: bool) -> bool:
    """Return whether a French quotation is open at the sentence's end."""
    opened = low.rfind("«", start, end)
    closed = low.rfind("»", start, end)
    if opened == closed == -1:
        return was_open
    return opened > closed


def _quoted(low: str, start: int, end: int) -> bool:
    return low.find("«", start, end) >= 0 or low.find('"', start, end) >= 0 or low.find("»", start, end) >= 0


def _voice_at(scene: Scene, at: int) -> Voice | None:
    party = _party_from(scene, at, at + 24)
    limit = min(scene.end, at + 50)
    stop = min((i for i in (scene.low.find(c, at, limit) for c in ",;:.«") if i >= 0), default=limit)
    for pattern, side in ((_EXPERT, "EXPERT"), (_MEDIA, "MEDIA")):
        found = pattern.search(scene.low, at, stop)
        if found is not None:
            return Voice(at, stop, side)
    if party is not None and party.start < stop:
        return Voice(party.start, party.end, side_of(party))
    return Voice(at, stop, "UNKNOWN") if stop - at >= 3 else None


def _party_from(scene: Scene, start: int, end: int) -> Party | None:
    return next(
        (p for p in scene.parties if p.kind != "compound" and start <= p.start <= min(end, scene.end)), None
    )


def side_of(party: Party) -> str:
    """Return a speaker's side: media of the two states keep their state's side."""
    side = party.side.split("+")[0]
    if side in ("RUS", "CHN"):
        return side
    return "WEST" if side in WEST else "THIRD"
