"""What of a sentence the second tier reads: the sentence, then what stands before it, then the title.

Names that do not say their country (« Choïgou », « Norinco », « Zhongnanhai ») get it in brackets, so that what is
learned of one leader or company holds for the others and for those whom the encoder never met.
"""

from __future__ import annotations

from processing.mentions.features import Scene

LONGEST = 1200
"""Characters; of a longer sentence the part from shortly before its first party is read."""
BEFORE = 700
"""Characters of what stands before the sentence: the nearest count."""
SENTENCE_PIECES, BEFORE_PIECES, TITLE_PIECES = 200, 56, 24

_NAMES = {"RUS": "Russie", "CHN": "Chine"}
_TELLING = frozenset({"country", "capital", "demonym", "compound", "anaphora"})
_LEADING = 300


def view_of(raw: str, scene: Scene) -> str:
    """Return the scene's sentence with the country behind each name that does not tell it."""
    parties = sorted(
        (p for p in scene.parties if p.side in _NAMES and p.kind not in _TELLING), key=lambda p: p.end
    )
    start, end = _extent(scene)
    parts: list[str] = []
    at = start
    for party in parties:
        if at <= party.end <= end:
            parts += [raw[at : party.end], f" ({_NAMES[party.side]})"]
            at = party.end
    return plain("".join([*parts, raw[at:end]]))


def plain(text: str) -> str:
    """Return a text with one kind of apostrophe, space and hyphen; no NUL, no lone surrogate."""
    for unusual, usual in (
        ("’", "'"),
        ("\u00a0", " "),
        ("\u202f", " "),
        ("\0", " "),
        ("\u2011", "-"),
        ("\u2010", "-"),
    ):
        text = text.replace(unusual, usual)
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def _extent(scene: Scene) -> tuple[int, int]:
    if scene.end - scene.start <= LONGEST:
        return scene.start, scene.end
    first = scene.parties[0].start if scene.parties else scene.start
    start = max(scene.start, first - _LEADING)
    return start, min(scene.end, start + LONGEST)
