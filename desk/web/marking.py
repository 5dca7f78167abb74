"""A text cut where something begins or ends in it, so that a page can mark it in place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

SPEAKER_REACH = 300
"""Code points before and after a sentence in which its speaker is looked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span and what it is: actor, trigger, cue or speaker; ``side`` of an actor or speaker, or a cue's role."""

    start: int
    end: int
    role: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text without a border in it. ``last`` are the marks that end with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    last: tuple[Mark, ...] = ()

    @property
    def roles(self) -> str:
        """The roles as class names."""
        return " ".join(dict.fromkeys(mark.role for mark in self.marks))

    @property
    def sides(self) -> str:
        """Sides of the actors that end here, once each: a word for both parties has two."""
        return "+".join(dict.fromkeys(mark.side for mark in self.last if mark.role == "actor"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces in a row inside the sentences of the same mentions; none for text between them."""

    mentions: tuple[int, ...]
    pieces: tuple[Piece, ...]
    opens: tuple[int, ...] = ()
    """The mentions that begin here."""


def marks_of(mention: Mapping[str, Any], text: str) -> list[Mark]:
    """What is marked for a mention in the text of its field. Spans beyond the text are cut."""
    found = [Mark(a["start"], a["end"], "actor", str(a["side"])) for a in mention["actors"]]
    trigger = mention["trigger"]
    found.append(Mark(trigger["start"], trigger["end"], "trigger"))
    found += [Mark(c["start"], c["end"], "cue", str(c["role"])) for c in mention.get("cues") or ()]
    if speaker := mention["speaker"]:
        at = _speaker_at(text, speaker["text"], mention["start"], mention["end"])
        if at is not None:
            found.append(Mark(at, at + len(speaker["text"]), "speaker", str(speaker["side"])))
    return [m for m in found if 0 <= m.start < m.end <= len(text)]


def paragraphs(text: str, mentions: Sequence[Mapping[str, Any]]) -> list[list[Stretch]]:
    """The text of one field as paragraphs of stretches. ``mentions`` are those of this field."""
    marks = [mark for mention in mentions for mark in marks_of(mention, text)]
    spans = [
        (m["mention_id"], max(0, m["start"]), min(len(text), m["end"]))
        for m in mentions
        if m["start"] < len(text)
    ]
    found = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            found.append(_stretches(text, start, end, spans, marks))
        start = end + 1
    return found


def sentence(mention: Mapping[str, Any]) -> list[Stretch]:
    """The sentence of a mention, marked, without its article."""
    offset = mention["start"]
    text = mention["sentence"]

    def moved(span: Mapping[str, Any]) -> dict[str, Any]:
        return {**span, "start": span["start"] - offset, "end": span["end"] - offset}

    alone = {
        **mention,
        "start": 0,
        "end": len(text),
        "actors": [moved(actor) for actor in mention["actors"]],
        "trigger": moved(mention["trigger"]),
        "cues": [moved(cue) for cue in mention.get("cues") or ()],
    }
    return _stretches(text, 0, len(text), [], marks_of(alone, text))


def snippet(text: str) -> list[tuple[str, bool]]:
    """A search result's excerpt in parts, and whether each is a match (between U+E000 and U+E001)."""
    parts: list[tuple[str, bool]] = []
    for position, part in enumerate(text.replace("\ue001", "\ue000").split("\ue000")):
        if part:
            parts.append((part, position % 2 == 1))
    return parts


def _speaker_at(text: str, name: str, start: int, end: int) -> int | None:
    """Where the name stands: in the sentence, else nearest before it, else soon after it."""
    if not name:
        return None
    at = text.find(name, start, end)
    if at < 0:
        at = text.rfind(name, max(0, start - SPEAKER_REACH), start)
    if at < 0:
        at = text.find(name, end, end + SPEAKER_REACH)
    return at if at >= 0 else None


def _stretches(
    text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]], marks: Iterable[Mark]
) -> list[Stretch]:
    here = list(dict.fromkeys(mark for mark in marks if mark.start < end and mark.end > start))
    borders = {start, end}
    borders.update(b for mark in here for b in (mark.start, mark.end) if start < b < end)
    borders.update(b for _, first, last in spans for b in (first, last) if start < b < end)
    cuts = [
        (tuple(key for key, first, last in spans if first <= a and b <= last), a, b)
        for a, b in pairwise(sorted(borders))
    ]
    found = []
    for mentions, group in groupby(cuts, key=lambda cut: cut[0]):
        row = list(group)
        opens = tuple(key for key, first, _ in spans if key in mentions and first == row[0][1])
        found.append(Stretch(mentions, tuple(_piece(text, a, b, here) for _, a, b in row), opens))
    return found


def _piece(text: str, start: int, end: int, marks: Sequence[Mark]) -> Piece:
    covering = tuple(mark for mark in marks if mark.start <= start and end <= mark.end)
    return Piece(text[start:end], covering, tuple(mark for mark in covering if mark.end == end))
