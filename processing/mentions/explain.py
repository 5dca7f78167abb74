"""Why a mention was made, for a person to read: the sentence drawn with what was seen in it, and the sum behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from processing.mentions.model import Mention
from processing.mentions.score import load_weights

WIDTH = 96
_LEAST = 0.005
_SECOND = {
    "encoder": "the encoder, which read the sentence",
    "tier_1": "what the rules say",
    "tier_2_bias": "always",
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A span under the sentence; offsets into it."""

    start: int
    end: int
    line: str
    label: str


def explain(mention: Mention, width: int = WIDTH) -> str:
    """Return the mention as readable lines; the parts listed add up to the logarithm of the odds.

    Under the sentence, ═ marks its actors (with their side), ─ the trigger, ~ the words that qualify it.
    """
    lines = [
        *_drawn(mention, width),
        "",
        f"  {mention.category} · {mention.polarity} · {mention.plover} {mention.cameo} ({mention.intensity:+.1f})",
        f"  negated {'yes' if mention.negated else 'no'} · {mention.certainty} · {mention.stance} · {mention.time}",
    ]
    if mention.speaker is not None:
        lines.append(f"  said by {mention.speaker.text} ({mention.speaker.side})")
    lines += ["", *_summed(mention)]
    return "\n".join(lines)


def _drawn(mention: Mention, width: int) -> Iterator[str]:
    marks = [_Mark(a.start - mention.start, a.end - mention.start, "═", a.side) for a in mention.actors]
    marks += [_Mark(c.start - mention.start, c.end - mention.start, "~", c.role) for c in mention.cues]
    trigger = mention.trigger
    marks.append(_Mark(trigger.start - mention.start, trigger.end - mention.start, "─", "trigger"))
    text = "".join(c if c.isprintable() else " " for c in mention.sentence)
    at = 0
    for line in textwrap.wrap(text, width, drop_whitespace=False, break_long_words=True) or [""]:
        yield line.rstrip()
        here = [m for m in marks if m.start < at + len(line) and m.end > at]
        yield from _under(here, at, len(line))
        at += len(line)


def _under(marks: list[_Mark], at: int, length: int) -> Iterator[str]:
    """Yield the row of marks under a line, and rows of labels, each where it does not run into another."""
    if not marks:
        return
    row = [" "] * length
    for mark in marks:
        for i in range(max(0, mark.start - at), min(length, mark.end - at)):
            row[i] = mark.line
    yield "".join(row).rstrip()
    rows: list[str] = []
    for column, label in sorted({(max(0, mark.start - at), mark.label) for mark in marks}):
        fitting = next((i for i, placed in enumerate(rows) if len(placed) < column), len(rows))
        if fitting == len(rows):
            rows.append("")
        rows[fitting] = (rows[fitting].ljust(column - 1) + " " if column else "") + label
    yield from rows


def _summed(mention: Mention) -> Iterator[str]:
    weights = load_weights().weights
    parts = {name: weights.get(name, 0.0) * value for name, value in mention.features.items()}
    second = {name: mention.features[name] for name in _SECOND if name in mention.features}
    rules = sum(part for name, part in parts.items() if name not in second)
    if second:
        total = sum(second.values())
        yield f"  score {mention.score:.3f} by the second tier; it gives the sentence a sum of {total:+.2f}:"
        for name, part in second.items():
            yield f"    {part:+6.2f}  {_SECOND[name]}"
        yield f"  the rules' sum is {rules:+.2f}:"
    else:
        yield f"  score {mention.score:.3f} by the rules, from a sum of {rules:+.2f}:"
    for name, part in sorted(parts.items(), key=lambda item: -abs(item[1])):
        if abs(part) >= _LEAST:
            yield f"    {part:+6.2f}  {name} = {mention.features[name]:g}"
