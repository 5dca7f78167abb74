"""The weights of the score, fitted by ridge logistic regression on each labelled sentence's best candidate.

    python -m processing.mentions.fitting GOLD.jsonl… [--write]

A sentence is as likely a mention as its likeliest candidate, so fitting alternates: choose each sentence's
best candidate under the present weights, fit, repeat. Cross-validated F1 (folds by document) is printed, so
that a change of features can be judged without looking at held-out sets. The threshold is
the one of the best cross-validated F1. Labelled files hold more mentions than the press does: mentions and others
are weighted to the share they have among unselected sentences that name both sides (PRIOR). `--write` stores the
weights.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from processing.errors import GoldError
from processing.mentions import entries
from processing.mentions.evaluation import GoldSentence, load_gold
from processing.mentions.flag import Reader
from processing.mentions.normalise import normalise
from processing.mentions.score import load_weights, logistic

RIDGE = 1.5
PRIOR = 1 / 3
PRESS = 2.0
ROUNDS = 6
STEPS = 400
FOLDS = 10

Features = dict[str, float]
Example = tuple[bool, float, list[Features]]


def example_of(sentence: GoldSentence) -> Example:
    """Return (label, weight, the candidates' features) of a gold sentence.

    A sentence of the press (one with a document) weighs PRESS times an invented one, a borderline one half.
    """
    reader = Reader.open(sentence.date)
    reader.prime_title(sentence.title)
    reader.prime(sentence.context)
    candidates = [
        c.features for _, scene in reader.scenes(normalise(sentence.text)) for c in reader.candidates(scene)
    ]
    weight = (PRESS if sentence.doc else 1.0) * (0.5 if sentence.borderline else 1.0)
    return sentence.coop, weight, candidates


def to_prior(examples: Sequence[Example]) -> list[Example]:
    """Return the examples with weights that make mentions weigh PRIOR of the whole, the whole unchanged."""
    total = sum(weight for _, weight, _ in examples)
    mentions = sum(weight for label, weight, _ in examples if label)
    if not 0 < mentions < total:
        return list(examples)
    up, down = PRIOR * total / mentions, (1 - PRIOR) * total / (total - mentions)
    return [(label, weight * (up if label else down), candidates) for label, weight, candidates in examples]


def fit(examples: Sequence[Example], start: Features, ridge: float = RIDGE) -> Features:
    """Return fitted weights. Deterministic; sentences without a candidate teach nothing."""
    weights = dict(start)
    used = [e for e in examples if e[2]]
    for _ in range(ROUNDS):
        chosen = [
            (label, weight, max(candidates, key=lambda f: _sum(f, weights)))
            for label, weight, candidates in used
        ]
        weights = _descend(chosen, weights, ridge)
    return weights


def _sum(features: Features, weights: Features) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def _descend(rows: Sequence[tuple[bool, float, Features]], start: Features, ridge: float) -> Features:
    """Minimise the ridge logistic loss by gradient steps with Nesterov momentum; the bias is not shrunk."""
    names = sorted({name for _, _, features in rows for name in features} | set(start))
    index = {name: i for i, name in enumerate(names)}
    data = [(label, weight, [(index[n], v) for n, v in features.items()]) for label, weight, features in rows]
    w = [start.get(name, 0.0) for name in names]
    ahead = list(w)
    free = index.get("bias", -1)
    step_size = 1.0 / (ridge + 0.25 * _largest_eigenvalue(data, len(names)))
    for step in range(STEPS):
        gradient = [0.0 if i == free else ridge * value for i, value in enumerate(ahead)]
        for label, weight, features in data:
            error = weight * (logistic(sum(ahead[i] * v for i, v in features)) - label)
            for i, v in features:
                gradient[i] += error * v
        new = [a - step_size * g for a, g in zip(ahead, gradient, strict=True)]
        ahead = [n + (step / (step + 3)) * (n - o) for n, o in zip(new, w, strict=True)]
        w = new
    return dict(zip(names, w, strict=True))


def _largest_eigenvalue(data: Sequence[tuple[bool, float, list[tuple[int, float]]]], size: int) -> float:
    """Return the largest eigenvalue of the features' weighted Gram matrix, by power iteration (a little over)."""
    vector = [1.0] * size
    value = 1.0
    for _ in range(30):
        product = [0.0] * size
        for _, weight, features in data:
            along = weight * sum(vector[i] * v for i, v in features)
            for i, v in features:
                product[i] += along * v
        value = max(1e-9, sum(p * p for p in product) ** 0.5)
        vector = [p / value for p in product]
    return 1.05 * value


def best_threshold(examples: Sequence[Example], scores: Sequence[float]) -> float:
    """Return the threshold (0.30..0.70) of the best weighted F1 for the examples' scores."""
    thresholds = [t / 100 for t in range(30, 71, 2)]
    return max(thresholds, key=lambda t: (round(f1(examples, scores, t), 3), -abs(t - 0.5)))


def f1(examples: Sequence[Example], scores: Sequence[float], threshold: float) -> float:
    """Return the weighted F1 of scores at a threshold; 0 when nothing is found rightly."""
    right = expected = found = 0.0
    for (label, weight, _), value in zip(examples, scores, strict=True):
        hit = value >= threshold
        right += weight * (label and hit)
        expected += weight * label
        found += weight * hit
    return 2 * right / (expected + found) if right else 0.0


def score_of(candidates: Sequence[Features], weights: Features) -> float:
    """Return a sentence's score: its likeliest candidate's, 0 without candidates."""
    return max((logistic(_sum(features, weights)) for features in candidates), default=0.0)


def cross_validate(
    gold: Sequence[GoldSentence], examples: Sequence[Example], ridge: float = RIDGE
) -> list[float]:
    """Return each sentence's score under weights fitted without its document (FOLDS folds)."""
    docs = {doc: i for i, doc in enumerate(dict.fromkeys(s.doc or s.id for s in gold))}
    folds = [docs[s.doc or s.id] % FOLDS for s in gold]
    scores = [0.0] * len(gold)
    for fold in range(FOLDS):
        weights = fit([e for e, f in zip(examples, folds, strict=True) if f != fold], {}, ridge)
        for i, (_, _, candidates) in enumerate(examples):
            if folds[i] == fold:
                scores[i] = score_of(candidates, weights)
    return scores


def main(arguments: Sequence[str]) -> int:
    """Fit on the files named, print the figures, and with --write store the weights."""
    paths = [Path(a) for a in arguments if not a.startswith("--")]
    gold: list[GoldSentence] = []
    sources: list[Path] = []
    for path in paths:
        try:
            gold.extend(load_gold(path.read_text(encoding="utf-8").splitlines()))
            sources.extend([path] * (len(gold) - len(sources)))
        except GoldError as error:
            raise GoldError(f"{path.name}: {error}") from error
    examples = to_prior([example_of(sentence) for sentence in gold])
    reachable = sum(1 for label, _, c in examples if label and c) / max(
        1, sum(label for label, _, _ in examples)
    )
    weights = fit(examples, {})
    held_out = cross_validate(gold, examples)
    threshold = best_threshold(examples, held_out)
    mentions = sum(label for label, _, _ in examples)
    report = f"{len(gold)} sentences, {mentions} mentions, with a candidate {reachable:.3f}"
    fitted = [score_of(candidates, weights) for _, _, candidates in examples]
    sys.stdout.write(f"{report}\nF1 fitted {f1(examples, fitted, threshold):.3f}, threshold {threshold}\n")
    for path in dict.fromkeys(sources):
        rows: list[tuple[Example, float]] = [
            ((s.coop, 1.0, []), score)
            for s, score, source in zip(gold, held_out, sources, strict=True)
            if source == path
        ]
        value = f1([example for example, _ in rows], [score for _, score in rows], threshold)
        sys.stdout.write(f"F1 cross-validated on {path.name} {value:.3f}\n")
    if "--write" in arguments:
        ordered = {name: round(weight, 3) for name, weight in sorted(weights.items()) if abs(weight) >= 0.005}
        content = {
            "fitted_on": ", ".join(p.stem for p in paths) + f" ({report})",
            "threshold": threshold,
            "weights": ordered,
        }
        (entries.LEXICON / "weights.yaml").write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        load_weights.cache_clear()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
