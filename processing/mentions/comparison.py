"""What a change of the rules gains and loses, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processing.errors import GoldError
from processing.mentions.evaluation import Verdict

Before = Mapping[str, tuple[str, str] | None]
"""By sentence: (category, polarity) of its likeliest mention in the older output, None where there was none."""


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that is judged otherwise than before. `gain` is None where neither is more right."""

    verdict: Verdict
    before: tuple[str, str] | None
    now: tuple[str, str] | None
    gain: bool | None

    def as_dict(self) -> dict[str, Any]:
        """Return the change as JSON-ready data."""
        gold = self.verdict.gold
        expected = {"coop": gold.coop, "polarity": list(gold.polarity), "category": list(gold.category)}
        return {
            "id": gold.id,
            "gain": self.gain,
            "expected": expected,
            "before": None
            if self.before is None
            else dict(zip(("category", "polarity"), self.before, strict=True)),
            "now": None if self.now is None else dict(zip(("category", "polarity"), self.now, strict=True)),
            "text": gold.text,
        }


def load_output(lines: Iterable[str]) -> Before:
    """Return what an older version found, from the output of `vedette flag-batch`.

    Raises GoldError naming the line that is not such output.
    """
    found: dict[str, tuple[str, str] | None] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            best = max(item["mentions"], key=lambda mention: float(mention["score"]), default=None)
            found[str(item["id"])] = None if best is None else (str(best["category"]), str(best["polarity"]))
        except (ValueError, TypeError, KeyError) as error:
            raise GoldError(f"line {number}: no output of vedette flag-batch ({error!r})") from error
    return found


def changes(verdicts: Sequence[Verdict], before: Before) -> list[Change]:
    """Return the sentences judged otherwise than before: gains, then losses, then the rest.

    Raises GoldError when the older output lacks a sentence.
    """
    found = []
    for verdict in verdicts:
        if verdict.gold.id not in before:
            raise GoldError(
                f"sentence {verdict.gold.id!r} is not in the older output: was it made from this file?"
            )
        best, old = verdict.best, before[verdict.gold.id]
        now = None if best is None else (str(best.category), str(best.polarity))
        if now != old:
            more, less = _rightness(verdict, now), _rightness(verdict, old)
            found.append(Change(verdict, old, now, None if more == less else more > less))
    return sorted(found, key=lambda change: {True: 0, False: 1, None: 2}[change.gain])


def _rightness(verdict: Verdict, said: tuple[str, str] | None) -> int:
    """Return how much of what was said is right: being a mention counts more than its two labels."""
    gold = verdict.gold
    if gold.coop != (said is not None):
        return 0
    if said is None:
        return 4
    return (
        4 + (not gold.category or said[0] in gold.category) + (not gold.polarity or said[1] in gold.polarity)
    )
