"""Who says so: « selon X », « X a déclaré », « … », a dit X, and quotations that run over sentences.

The speaker is the words of the text; the side is the state they act for, or WEST (USA, EU, NATO and their
members), THIRD (other states), EXPERT, MEDIA, UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from processing.mentions.features import Scene
from processing.mentions.matching import Hit
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
_OFFICE = re.compile(
    r"(?:les? |la |l'|une? |des |son |sa )(?:\w+ )?(?:(?:vice|ex)-)?(?:porte-parole|ambassad(?:eur|rice)s?|ministres?"
    r"|président[es]?|chef(?:fe)?s?|responsables?|diplomates?|patronn?es?|direct(?:eur|rice)s?|secrétaires?|envoyée?s?"
    r"|représentante?s?|émissaires?|ministère|diplomatie|état-major|gouvernement|agence|numéro|général|amiral)\b"
)
_PHRASE_END = re.compile(
    r"[,;:.!?«»()]| (?:a|ont|avait|est|s'est|dans|lors|devant|après|avant|pendant|sur|qui|que|lundi|mardi|mercredi"
    r"|jeudi|vendredi|samedi|dimanche|hier|cité|citée|cités)\b| qu'"
)
_PHRASE_START = re.compile(r"[,;:!?«»()]| qu[e']| et ")
_SPEAKER_REACH = 60
_PHRASE = 90


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker's span in the normalised text of one part, side, and words as given."""

    start: int
    end: int
    side: str
    text: str = ""


def find_voice(scene: Scene, carried: Voice | None, dyad: Container[str]) -> Voice | None:
    """Return who says the sentence; `carried` is the speaker of a quotation still open from before."""
    low = scene.low
    for found in _ACCORDING.finditer(low, scene.start, scene.end):
        if found.group().startswith("pour") and found.start() != scene.start:
            continue
        voice = _voice_at(scene, found.end(), dyad)
        if voice is not None:
            return voice
    said = scene.cues.get("attribution", [])
    for hit in said:  # « …», a dit X: whoever follows the quotation speaks, whatever verbs are inside it
        voice = _after(scene, hit, dyad) if _inverted(scene, hit.start) else None
        if voice is not None:
            return voice
    for hit in said:
        if hit.senses.trigger is None or _quoted(low, scene.start, scene.end):
            voice = _before(scene, hit, dyad)
            if voice is not None:
                return voice
    return carried


def _after(scene: Scene, hit: Hit, dyad: Container[str]) -> Voice | None:
    office = _office_at(scene, hit.end + 1, dyad)
    if office is not None:
        return office
    party = _party_from(scene, hit.end, hit.end + 28)
    return _party_speaks(scene, party, dyad) if party is not None else None


def _before(scene: Scene, hit: Hit, dyad: Container[str]) -> Voice | None:
    low = scene.low
    expert = _EXPERT.search(low, hit.end, min(scene.end, hit.end + 30))
    if expert is not None and not low[hit.end : expert.start()].count(","):
        return Voice(expert.start(), expert.end(), "EXPERT")
    near = [
        p
        for p in scene.parties
        if p.kind != "compound"
        and p.end <= hit.start
        and hit.start - p.end <= _SPEAKER_REACH
        and p.role != "forum"
    ]
    if near and "," not in low[near[-1].end : hit.start].strip(" ,"):
        return _party_speaks(scene, near[-1], dyad)
    return None


def _inverted(scene: Scene, verb: int) -> bool:
    """True when the verb follows a quotation or an incise, not its subject: « …», a dit X »."""
    before = scene.low[scene.start : verb].rstrip()
    for auxiliary in (" a", " ont", " avait"):
        before = before.removesuffix(auxiliary)
    before = before.rstrip()
    if not before.endswith(("»", '"', ",", "”")):
        return False
    if before.rstrip(", ").endswith(("»", '"', "”")):
        return True
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


def _voice_at(scene: Scene, at: int, dyad: Container[str]) -> Voice | None:
    office = _office_at(scene, at, dyad)
    if office is not None:
        return office
    party = _party_from(scene, at, at + 24)
    limit = min(scene.end, at + 50)
    stop = min((i for i in (scene.low.find(c, at, limit) for c in ",;:.«") if i >= 0), default=limit)
    for pattern, side in ((_EXPERT, "EXPERT"), (_MEDIA, "MEDIA")):
        found = pattern.search(scene.low, at, stop)
        if found is not None:
            return Voice(at, stop, side)
    if party is not None and party.start < stop:
        return _party_speaks(scene, party, dyad)
    return Voice(at, stop, "UNKNOWN") if stop - at >= 3 else None


def _party_from(scene: Scene, start: int, end: int) -> Party | None:
    return next(
        (p for p in scene.parties if p.kind != "compound" and start <= p.start <= min(end, scene.end)), None
    )


def _party_speaks(scene: Scene, party: Party, dyad: Container[str]) -> Voice:
    """Return the party as the speaker, with the office it is named by: « le porte-parole du Kremlin »."""
    low, reach = scene.low, max(scene.start, party.start - _SPEAKER_REACH)
    cuts = [found.end() for found in _PHRASE_START.finditer(low, reach, party.start)]
    start = cuts[-1] if cuts else reach
    while start < party.start and low[start] == " ":
        start += 1
    return _office_at(scene, start, dyad) or Voice(party.start, party.end, side_of(party, dyad))


def _office_at(scene: Scene, start: int, dyad: Container[str]) -> Voice | None:
    """Return the office holder whose words begin here; of several parties in them the first one's side counts."""
    low = scene.low
    if _OFFICE.match(low, start, scene.end) is None:
        return None
    stop = _PHRASE_END.search(low, start + 3, min(scene.end, start + _PHRASE))
    end = stop.start() if stop else min(scene.end, start + _PHRASE)
    inside = [p for p in scene.parties if start <= p.start and p.end <= end and p.role != "forum"]
    if not inside:
        return None
    return Voice(start, max(end, inside[0].end) if stop else inside[-1].end, side_of(inside[0], dyad))


def side_of(party: Party, dyad: Container[str]) -> str:
    """Return a speaker's side: the dyad's own by their codes, media of a state with their state."""
    side = party.side.split("+")[0]
    if side in dyad:
        return side
    return "WEST" if side in WEST else "THIRD"
