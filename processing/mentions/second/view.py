"""How the second tier reads a sentence: both sides under their plain names.

« Vladimir Poutine », « Moscou », « Rosatom » read « Russie »; « russe » stays an adjective. What is learned from
one leader or company then holds for every other.
"""

from __future__ import annotations

from processing.mentions.features import Scene
from processing.mentions.parties import Party

LONGEST = 1200
"""Characters; of a longer sentence the part from shortly before its first party is read."""

_PLAIN = (("Russie", "russe"), ("Chine", "chinois"))
_BEFORE = 300


def view_of(raw: str, scene: Scene, dyad: tuple[str, str]) -> str:
    """Return the scene's sentence with each party of the dyad under its plain name."""
    parties = [p for p in scene.parties if p.side in dyad]
    start, end = _extent(scene, parties)
    parts: list[str] = []
    at = start
    for party in parties:
        if party.start < at or party.end > end:
            continue
        noun, adjective = _PLAIN[dyad.index(party.side)]
        lower = party.kind == "demonym" and not raw[party.start].isupper()
        parts += [raw[at : party.start], adjective if lower else noun]
        at = party.end
    return "".join([*parts, raw[at:end]]).strip()


def _extent(scene: Scene, parties: list[Party]) -> tuple[int, int]:
    if scene.end - scene.start <= LONGEST:
        return scene.start, scene.end
    first = parties[0].start if parties else scene.start
    start = max(scene.start, first - _BEFORE)
    return start, min(scene.end, start + LONGEST)
