"""The second tier's weights, fitted on labelled sentences; needs the extra `vectors`.

    python -m processing.mentions.second.fitting GOLD.jsonl… [--write]

The first tier has seen the sentences it was fitted on, so its scores there flatter it: here each sentence gets its
first score from weights fitted without its document (ten folds), and the second tier learns how far to trust such
a score. Printed are F1 by the first tier, by the vectors and by both, each cross-validated by document, and how
often the category is right. `--write` stores the model.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processing.errors import GoldError
from processing.mentions.evaluation import GoldSentence, load_gold
from processing.mentions.fitting import FOLDS, RIDGE
from processing.mentions.flag import DYAD, Reader
from processing.mentions.model import CATEGORIES
from processing.mentions.normalise import normalise
from processing.mentions.second.model import WEIGHTS, load_model, logit
from processing.mentions.second.vectors import vector_of
from processing.mentions.second.view import view_of

ASKED_BETWEEN = (0.08, 0.92)
THRESHOLD = 0.5
"""More likely than not. F1 is flat around it: see the figures printed."""
TRIED = (0.30, 0.34, 0.38, 0.42, 0.46, 0.50, 0.54)
SCALE_MENTION = 5.0
SCALE_CATEGORY = 8.0
RIDGE_SECOND = 1.6
ROUNDS = 4
BORDERLINE = 0.5

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """A gold sentence as both tiers read it: its candidates' features and categories, and its vector."""

    gold: GoldSentence
    source: str
    features: list[dict[str, float]]
    categories: list[str]
    vector: tuple[float, ...]

    @property
    def weight(self) -> float:
        return BORDERLINE if self.gold.borderline else 1.0


def read(gold: GoldSentence, source: str) -> Reading | None:
    """Return the reading of a gold sentence; None when the first tier has no candidate in it."""
    reader = Reader.open(gold.date)
    reader.prime_title(gold.title)
    reader.prime(gold.context)
    norm = normalise(gold.text)
    read = [(scene, reader.candidates(scene)) for _, scene in reader.scenes(norm)]
    some = [(scene, candidates) for scene, candidates in read if candidates]
    if not some:
        return None
    scene, candidates = max(some, key=lambda pair: max(c.score for c in pair[1]))
    return Reading(
        gold,
        source,
        [c.features for c in candidates],
        [c.category for c in candidates],
        vector_of(view_of(norm.raw, scene, DYAD)),
    )


class FirstTier:
    """The first tier's model, fitted here on any part of the sentences."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        names = sorted({name for r in readings for features in r.features for name in features})
        index = {name: i for i, name in enumerate(names)}
        self.bias = index.get("bias", -1)
        self.rows = [np.zeros((len(r.features), len(names))) for r in readings]
        for row, reading in zip(self.rows, readings, strict=True):
            for i, features in enumerate(reading.features):
                for name, value in features.items():
                    row[i, index[name]] = value

    def scores(self, chosen: Array, labels: Array, weights: Array) -> tuple[Array, list[int]]:
        """Fit on the chosen sentences; return every sentence's score and its best candidate."""
        w = np.zeros(self.rows[0].shape[1])
        for _ in range(ROUNDS):
            best = np.array([row[int(np.argmax(row @ w))] for row in self.rows])
            w = _logistic_fit(best[chosen], labels[chosen], weights[chosen], RIDGE, free=self.bias)
        sums = [row @ w for row in self.rows]
        return _sigmoid(np.array([s.max() for s in sums])), [int(np.argmax(s)) for s in sums]


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))))


def _logistic_fit(x: Array, y: Array, weights: Array, ridge: float, free: int) -> Array:
    """Minimise the ridge logistic loss by Newton steps; column `free` is not shrunk."""
    shrink = np.full(x.shape[1], ridge)
    if free >= 0:
        shrink[free] = 1e-6
    w = np.zeros(x.shape[1])
    for _ in range(12):
        p = _sigmoid(x @ w)
        gradient = x.T @ (weights * (p - y)) + shrink * w
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + np.diag(shrink)
        w = w - np.linalg.solve(hessian, gradient)
    return w


def _softmax_fit(x: Array, y: Array, ridge: float, steps: int = 800) -> Array:
    """Minimise the ridge softmax loss by Nesterov's steps; the last column (bias) is not shrunk."""
    w = np.zeros((x.shape[1], y.shape[1]))
    ahead, shrink = w, np.full((x.shape[1], 1), ridge)
    shrink[-1] = 0.01
    size = 1 / (ridge + 0.5 * float(np.linalg.eigvalsh(x.T @ x)[-1]))
    for step in range(steps):
        z = x @ ahead
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        new = ahead - size * (x.T @ (p - y) + shrink * ahead)
        ahead, w = new + (step / (step + 3)) * (new - w), new
    return w


def folds_of(readings: Sequence[Reading]) -> Array:
    """Return each sentence's fold; a document's sentences share theirs."""
    documents: dict[str, int] = {}
    for r in readings:
        documents.setdefault(r.gold.doc or r.source + r.gold.id, len(documents))
    return np.array([documents[r.gold.doc or r.source + r.gold.id] % FOLDS for r in readings])


def _mention_fit(first: Array, vectors: Array, y: Array, weights: Array) -> tuple[float, float, Array, Array]:
    """Return (bias, weight of the first score, weights of the vector, mean)."""
    mean = vectors.mean(0)
    x = np.column_stack([np.ones(len(y)), first, SCALE_MENTION * (vectors - mean)])
    w = _logistic_fit(x, y, weights, RIDGE_SECOND, free=0)
    return float(w[0]), float(w[1]), SCALE_MENTION * w[2:], mean


def _category_fit(first: Sequence[str], vectors: Array, mean: Array, labels: Sequence[str]) -> Array:
    """Return weights (384 + categories + bias) × categories."""
    y = np.array([[label == c for c in CATEGORIES] for label in labels], dtype=float)
    w = _softmax_fit(_category_rows(first, vectors - mean), y, RIDGE_SECOND)
    w[: vectors.shape[1]] *= SCALE_CATEGORY
    return w


def _category_rows(first: Sequence[str], centred: Array, scale: float = SCALE_CATEGORY) -> Array:
    onehot = np.array([[name == c for c in CATEGORIES] for name in first], dtype=float)
    return np.column_stack([scale * centred, onehot, np.ones(len(first))])


def f1(expected: Array, found: Array) -> float:
    """Return F1 of two arrays of zeros and ones."""
    together = float(expected.sum() + found.sum())
    return 2 * float((expected * found).sum()) / together if together else 0.0


def fit(
    readings: Sequence[Reading], unreachable: Sequence[tuple[str, bool]], fitted_on: str
) -> dict[str, object]:
    """Return the model as JSON-ready data and print its cross-validated figures.

    `unreachable` are the (source, label) of gold sentences without a candidate: neither tier finds them.
    """
    y = np.array([float(r.gold.coop) for r in readings])
    weights = np.array([r.weight for r in readings])
    vectors = np.array([r.vector for r in readings])
    folds = folds_of(readings)
    tier = FirstTier(readings)
    everything = np.ones(len(y), dtype=bool)
    out_of_fold, best = np.zeros(len(y)), [0] * len(y)
    for fold in range(FOLDS):
        scores, chosen = tier.scores(folds != fold, y, weights)
        for i in np.flatnonzero(folds == fold):
            out_of_fold[i], best[i] = scores[i], chosen[i]
    first = np.array([logit(float(p)) for p in out_of_fold])
    first_category = [r.categories[i] for r, i in zip(readings, best, strict=True)]
    labelled = [i for i, r in enumerate(readings) if r.gold.coop and r.gold.category]

    alone, both, categories = np.zeros(len(y)), np.zeros(len(y)), [""] * len(y)
    for fold in range(FOLDS):
        training, test = folds != fold, folds == fold
        bias, trust, w, mean = _mention_fit(
            first[training], vectors[training], y[training], weights[training]
        )
        both[test] = _sigmoid(bias + trust * first[test] + (vectors[test] - mean) @ w)
        bias, _, w, _ = _mention_fit(0 * first[training], vectors[training], y[training], weights[training])
        alone[test] = _sigmoid(bias + (vectors[test] - mean) @ w)
        rows = [i for i in labelled if training[i]]
        heads = _category_fit(
            [first_category[i] for i in rows],
            vectors[rows],
            mean,
            [readings[i].gold.category[0] for i in rows],
        )
        strengths = _category_rows([*np.array(first_category)[test]], vectors[test] - mean, 1.0) @ heads
        for i, strongest in zip(np.flatnonzero(test), strengths.argmax(1), strict=True):
            categories[i] = CATEGORIES[strongest]
    asked = (out_of_fold >= ASKED_BETWEEN[0]) & (out_of_fold < ASKED_BETWEEN[1])
    settled = np.where(asked, both, out_of_fold)
    press = np.array([bool(r.gold.doc) for r in readings])
    judged = press if press.any() else everything
    reached = {t: f1(y[judged], np.asarray(settled >= t, dtype=float)[judged]) for t in TRIED}
    figures = ", ".join(f"{t:.2f} {value:.3f}" for t, value in reached.items())
    sys.stdout.write(f"F1 on the press by threshold of both: {figures}\n")
    _report(
        readings, unreachable, {"tier 1": out_of_fold, "vectors": alone, "both, all": both, "both": settled}
    )
    for label, names in (("rules", first_category), ("second tier", categories)):
        right = [names[i] in readings[i].gold.category for i in labelled if readings[i].gold.doc]
        sys.stdout.write(
            f"category right by {label}: {sum(right) / max(1, len(right)):.3f} of {len(right)}\n"
        )
    sys.stdout.write(f"asked: {asked.mean():.2f} of the sentences with a candidate\n")

    bias, trust, w, mean = _mention_fit(first[everything], vectors, y, weights)
    heads = _category_fit(
        [first_category[i] for i in labelled],
        vectors[labelled],
        mean,
        [readings[i].gold.category[0] for i in labelled],
    )
    size = vectors.shape[1]
    return {
        "fitted_on": fitted_on,
        "fitted_by": "python -m processing.mentions.second.fitting GOLD.jsonl… --write",
        "dyad": list(DYAD),
        "asked_between": list(ASKED_BETWEEN),
        "threshold": THRESHOLD,
        "mean": _rounded(mean, 5),
        "mention": {"bias": round(bias, 4), "first": {"score": round(trust, 4)}, "vector": _rounded(w, 3)},
        "categories": {
            name: {
                "bias": round(float(heads[-1, k]), 4),
                "first": {c: round(float(heads[size + j, k]), 3) for j, c in enumerate(CATEGORIES)},
                "vector": _rounded(heads[:size, k], 3),
            }
            for k, name in enumerate(CATEGORIES)
        },
    }


def _report(
    readings: Sequence[Reading], unreachable: Sequence[tuple[str, bool]], by: dict[str, Array]
) -> None:
    sources = list(dict.fromkeys([*(r.source for r in readings), *(source for source, _ in unreachable)]))
    real = {r.source for r in readings if r.gold.doc}
    for name in [*sources, "the press"]:
        among = real if name == "the press" else {name}
        rows = [i for i, r in enumerate(readings) if r.source in among]
        lost = [label for source, label in unreachable if source in among]
        y = np.array([float(readings[i].gold.coop) for i in rows] + [float(label) for label in lost])
        figures = []
        for tier, scores in by.items():
            found = np.array([float(scores[i] >= THRESHOLD) for i in rows] + [0.0] * len(lost))
            figures.append(f"{tier} {f1(y, found):.3f}")
        sys.stdout.write(f"F1 on {name} ({len(y)}): {', '.join(figures)}\n")


def _rounded(numbers: Array, places: int) -> list[float]:
    return [round(float(number), places) for number in numbers]


def main(arguments: Sequence[str]) -> int:
    """Fit on the files named, print the figures, and with --write store the model."""
    paths = [Path(a) for a in arguments if not a.startswith("--")]
    readings: list[Reading] = []
    unreachable: list[tuple[str, bool]] = []
    for path in paths:
        try:
            gold = load_gold(path.read_text(encoding="utf-8").splitlines())
        except GoldError as error:
            raise GoldError(f"{path.name}: {error}") from error
        for sentence in gold:
            reading = read(sentence, path.stem)
            if reading is None:
                unreachable.append((path.stem, sentence.coop))
            else:
                readings.append(reading)
    total = len(readings) + len(unreachable)
    mentions = sum(r.gold.coop for r in readings)
    names = ", ".join(dict.fromkeys(path.stem for path in paths))
    model = fit(readings, unreachable, f"{names} ({total} sentences, {mentions} mentions with a candidate)")
    if "--write" in arguments:
        text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
        WEIGHTS.write_text(text.replace('"vector":', '\n"vector":') + "\n", encoding="utf-8")
        load_model.cache_clear()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
