"""From verdicts to figures and to a gold file. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""
CONTEXT = 600
"""Code points of the text before a sentence that a gold sentence takes along."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the Wilson score interval (Wilson 1927) at 95 %."""

    of: int
    right: int

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds; (0, 1) when nothing was judged."""
        if not self.of:
            return 0.0, 1.0
        p, n = self.right / self.of, self.of
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one group of judged mentions."""

    name: str
    precision: Share
    category: Share
    """Among the mentions that hold."""
    polarity: Share

    def as_dict(self) -> dict[str, Any]:
        low, high = self.precision.interval
        return {
            "name": self.name,
            "judged": self.precision.of,
            "precision": self.precision.value,
            "interval_95": [round(low, 4), round(high, 4)],
            "category_right": self.category.value,
            "polarity_right": self.polarity.value,
        }


def measured(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Measured]]:
    """Figures by kind of group (all, category, source, trigger, tier, rules), from `reviews.precision`."""
    found: dict[str, list[Measured]] = {}
    for row in rows:
        held = row["right_ones"]
        found.setdefault(row["kind"], []).append(
            Measured(
                row["name"],
                Share(row["judged"], held),
                Share(held, row["category_right"]),
                Share(held, row["polarity_right"]),
            )
        )
    return found


def gold(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gold sentences, as `vedette evaluate` reads them, from `reviews.sentences`.

    A sentence is one of cooperation when any of its judged mentions holds. Several right labels are alternatives.
    """
    found = []
    for row in rows:
        sentence: dict[str, Any] = {
            "id": f"review-{row['article_id']}-{row['field']}-{row['start']}",
            "text": row["sentence"],
            "coop": int(row["coop"]),
        }
        if row["field"] != "title":
            sentence["title"] = row["title"]
        if row["unchanged"] and (context := before(row["before"] or "")):
            sentence["context"] = context
        sentence["date"] = row["day"].isoformat()
        for label, values in (("category", row["categories"]), ("polarity", row["polarities"])):
            right = list(dict.fromkeys(values or ()))
            if right:
                sentence[label] = right[0]
            if right[1:]:
                sentence[f"{label}_alt"] = right[1:]
        sentence["doc"] = row["url"]
        if row["note"]:
            sentence["note"] = row["note"]
        found.append(sentence)
    return found


def before(text: str) -> str:
    """The end of ``text``, CONTEXT code points at most, begun at a sentence where it has to be cut."""
    text = text.strip()
    if len(text) <= CONTEXT:
        return text
    cut = text[-CONTEXT:]
    begin = re.search(r"(?<=[.!?…»])\s+|\n", cut)
    return cut[begin.end() :] if begin else cut
