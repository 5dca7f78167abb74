"""How good the flagger is on labelled sentences: precision, recall, F1, polarity, category, errors by trap.

Rule: a sentence is found when flag_text gives at least one mention of it, read with its title and context; its
polarity and category are those of the mention with the highest score. An article is found when one of its
sentences is. Intervals are 95 % percentile bootstrap intervals over sentences, seed fixed.
"""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processing.errors import GoldError
from processing.mentions.flag import flag_text
from processing.mentions.model import CATEGORIES, POLARITIES, Mention

SEED = 20261101
RESAMPLES = 1000
_KEYS_TEXT = ("title", "context")
Flag = Callable[..., Sequence[Mention]]


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A labelled sentence. `polarity` and `category` are sets of acceptable labels, empty when not labelled."""

    id: str
    text: str
    coop: bool
    title: str = ""
    context: str = ""
    date: datetime.date | None = None
    polarity: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    borderline: bool = False
    trap: str = ""
    doc: str = ""

    @property
    def of_press(self) -> bool:
        """True for a sentence of the press, whose document is an address, not one of our own making."""
        return self.doc.startswith("http")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gold sentence and what the flagger made of it (None: no mention)."""

    gold: GoldSentence
    best: Mention | None

    @property
    def right(self) -> bool:
        return self.gold.coop == (self.best is not None)

    def agrees(self, label: str) -> bool | None:
        """Return whether "polarity" or "category" is right; None when nothing was found or the gold does not say."""
        accepted = getattr(self.gold, label)
        return None if not accepted or self.best is None else str(getattr(self.best, label)) in accepted


@dataclass(frozen=True, slots=True)
class Counts:
    """True and false positives and negatives, and what follows from them."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def of(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    def as_dict(self) -> dict[str, float]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
            "tn": self.tn,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one evaluation, with 95 % intervals for F1, polarity and category."""

    sentences: int
    coop: Counts
    coop_without_borderline: Counts
    polarity_accuracy: float | None
    category_accuracy: float | None
    articles: Counts | None
    intervals: Mapping[str, tuple[float, float]]
    traps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()

    @property
    def misses(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.gold.coop and v.best is None]

    @property
    def false_alarms(self) -> list[Verdict]:
        return [v for v in self.verdicts if not v.gold.coop and v.best is not None]

    @property
    def wrong_polarity(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.gold.coop and v.agrees("polarity") is False]

    @property
    def wrong_category(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.gold.coop and v.agrees("category") is False]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON; errors as objects with id, text and what was said."""
        return {
            "sentences": self.sentences,
            "coop": self.coop.as_dict(),
            "coop_without_borderline": self.coop_without_borderline.as_dict(),
            "polarity_accuracy": _rounded(self.polarity_accuracy),
            "category_accuracy": _rounded(self.category_accuracy),
            "articles": None if self.articles is None else self.articles.as_dict(),
            "intervals_95": {
                name: [round(low, 4), round(high, 4)] for name, (low, high) in self.intervals.items()
            },
            "traps": {trap: {"errors": errors, "of": total} for trap, (errors, total) in self.traps.items()},
            "misses": [_verdict(v) for v in self.misses],
            "false_alarms": [_verdict(v) for v in self.false_alarms],
            "wrong_polarity": [_verdict(v) for v in self.wrong_polarity],
            "wrong_category": [_verdict(v) for v in self.wrong_category],
        }


def read_gold(path: Path) -> list[GoldSentence]:
    """Return the sentences of a gold file; raises GoldError naming file, line and what is wrong."""
    try:
        return load_gold(path.read_text(encoding="utf-8").splitlines())
    except GoldError as error:
        raise GoldError(f"{path.name}: {error}") from error


def load_gold(lines: Iterable[str]) -> list[GoldSentence]:
    """Return the sentences of a gold file in JSON Lines; blank lines are passed over.

    Raises GoldError naming the line and what is wrong with it.
    """
    found: list[GoldSentence] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        sentence = _gold(line, number)
        if sentence.id in seen:
            raise GoldError(f"line {number}: id {sentence.id!r} was already used on line {seen[sentence.id]}")
        seen[sentence.id] = number
        found.append(sentence)
    return found


def _gold(line: str, number: int) -> GoldSentence:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise GoldError(f"line {number}: not JSON ({error})") from error
    if not isinstance(data, dict):
        raise GoldError(f"line {number}: expected an object, found {type(data).__name__}")
    for key in ("id", "text", "coop"):
        if key not in data:
            raise GoldError(f"line {number}: field {key!r} is missing")
    if not isinstance(data["text"], str) or not data["text"].strip():
        raise GoldError(f"line {number}: field 'text' must be a sentence")
    for key in _KEYS_TEXT:
        if not isinstance(data.get(key) or "", str):
            raise GoldError(f"line {number}: field {key!r} must be text")
    coop = {1: True, 0: False, "yes": True, "no": False}.get(data["coop"])
    if coop is None:
        raise GoldError(f"line {number}: field 'coop' is {data['coop']!r}; write 1 or 0")
    return GoldSentence(
        str(data["id"]),
        data["text"],
        coop,
        data.get("title") or "",
        data.get("context") or "",
        _date(data, number),
        _labels(data, "polarity", POLARITIES, number),
        _labels(data, "category", CATEGORIES, number),
        bool(data.get("borderline")),
        str(data.get("trap") or ""),
        str(data.get("doc") or ""),
    )


def _date(data: Mapping[str, Any], number: int) -> datetime.date | None:
    value = data.get("date")
    if not value:
        return None
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise GoldError(f"line {number}: field 'date' is {value!r}; write 2024-05-12") from error


def _labels(data: Mapping[str, Any], key: str, known: Sequence[str], number: int) -> tuple[str, ...]:
    alternatives = data.get(f"{key}_alt") or []
    offered = [data.get(key), *(alternatives if isinstance(alternatives, list) else [alternatives])]
    labels = [label for label in offered if label and label != "-"]
    for label in labels:
        if label not in known:
            raise GoldError(f"line {number}: field {key!r} is {label!r}; known: {', '.join(known)}")
    return tuple(labels)


def evaluate(gold: Sequence[GoldSentence], flag: Flag = flag_text, resamples: int = RESAMPLES) -> Evaluation:
    """Return how `flag` does on the gold sentences."""
    verdicts = [_judge(sentence, flag) for sentence in gold]
    found = [v for v in verdicts if v.gold.coop and v.best is not None]
    traps: dict[str, tuple[int, int]] = {}
    for v in verdicts:
        if v.gold.trap:
            errors, total = traps.get(v.gold.trap, (0, 0))
            traps[v.gold.trap] = (errors + (not v.right), total + 1)
    return Evaluation(
        len(verdicts),
        _count(verdicts),
        _count([v for v in verdicts if not v.gold.borderline]),
        _accuracy(found, "polarity"),
        _accuracy(found, "category"),
        _articles(verdicts),
        _intervals(verdicts, resamples),
        traps,
        tuple(verdicts),
    )


def _judge(sentence: GoldSentence, flag: Flag) -> Verdict:
    mentions = flag(sentence.text, title=sentence.title, context=sentence.context, date=sentence.date)
    return Verdict(sentence, max(mentions, key=lambda m: m.score, default=None))


def _count(verdicts: Iterable[Verdict]) -> Counts:
    table = [0, 0, 0, 0]
    for v in verdicts:
        table[(0 if v.gold.coop else 1) if v.best is not None else (2 if v.gold.coop else 3)] += 1
    return Counts(*table)


def _accuracy(found: Sequence[Verdict], label: str) -> float | None:
    judged = [agreement for v in found if (agreement := v.agrees(label)) is not None]
    return sum(judged) / len(judged) if judged else None


def _articles(verdicts: Sequence[Verdict]) -> Counts | None:
    if not any(v.gold.doc for v in verdicts):
        return None
    table: dict[str, list[bool]] = {}
    for v in verdicts:
        row = table.setdefault(v.gold.doc or v.gold.id, [False, False])
        row[0] |= v.gold.coop
        row[1] |= v.best is not None
    rows = list(table.values())
    return Counts(
        rows.count([True, True]),
        rows.count([False, True]),
        rows.count([True, False]),
        rows.count([False, False]),
    )


def _intervals(verdicts: Sequence[Verdict], resamples: int) -> dict[str, tuple[float, float]]:
    if not verdicts or not resamples:
        return {}
    rng = random.Random(SEED)  # noqa: S311 (resampling, not secrets)
    rows = [(v.gold.coop, v.best is not None, v.agrees("polarity"), v.agrees("category")) for v in verdicts]
    samples: dict[str, list[float]] = {
        "f1": [],
        "precision": [],
        "recall": [],
        "polarity_accuracy": [],
        "category_accuracy": [],
    }
    for _ in range(resamples):
        drawn = rng.choices(rows, k=len(rows))
        tp = sum(c and f for c, f, _, _ in drawn)
        counts = Counts(tp, sum(f for _, f, _, _ in drawn) - tp, sum(c for c, _, _, _ in drawn) - tp, 0)
        samples["f1"].append(counts.f1)
        samples["precision"].append(counts.precision)
        samples["recall"].append(counts.recall)
        for name, index in (("polarity_accuracy", 2), ("category_accuracy", 3)):
            judged = [row[index] for row in drawn if row[0] and row[1] and row[index] is not None]
            if judged:
                samples[name].append(sum(bool(j) for j in judged) / len(judged))
    return {name: _percentiles(values) for name, values in samples.items() if values}


def _percentiles(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[int(0.025 * len(ordered))], ordered[min(len(ordered) - 1, int(0.975 * len(ordered)))]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _verdict(verdict: Verdict) -> dict[str, Any]:
    gold, best = verdict.gold, verdict.best
    return {
        "id": gold.id,
        "text": gold.text,
        "trap": gold.trap,
        "borderline": gold.borderline,
        "expected": {"coop": gold.coop, "polarity": list(gold.polarity), "category": list(gold.category)},
        "found": None
        if best is None
        else {
            "polarity": best.polarity,
            "category": best.category,
            "score": best.score,
            "trigger": best.trigger.text,
        },
    }
