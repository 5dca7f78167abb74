"""The weights of the score, fitted by ridge logistic regression on each labelled sentence's best candidate.

    python -m processing.mentions.fitting GOLD.jsonl… [--write]

A sentence is as likely a mention as its likeliest candidate, so fitting alternates: choose each sentence's
best candidate under the present weights, fit, repeat. The stems of its words are fitted in the same sum, more
strongly shrunk. Cross-validated F1 (folds by document) is printed, so that a change of features can be judged without
looking at held-out sets. The threshold is the one of the best cross-validated F1. Labelled files hold more mentions
than the press does: mentions and others are weighted to the share they have among unselected sentences that name both
sides (PRIOR). `--write` stores the weights, in lexicon/weights.yaml and lexicon/wording.yaml. Needs numpy.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from processing.mentions import entries
from processing.mentions.evaluation import GoldSentence, read_gold
from processing.mentions.normalise import normalise
from processing.mentions.reader import Reader
from processing.mentions.score import load_weights, logistic, weighed
from processing.mentions.wording import load_wording

RIDGE = 1.5
PRIOR = 1 / 3
PRESS = 2.0
ROUNDS = 4
STEPS = 400
FOLDS = 10
BLOCK = 20
"""Sentences of a file without documents that are kept together: contrast pairs stand near each other."""
THRESHOLDS = tuple(t / 100 for t in range(30, 71, 2))
WORD = "word:"
WORD_VALUE = 0.5
"""What a stem counts for while it is fitted: half as much as a feature, hence shrunk four times as strongly."""
WORD_LEAST = 8
"""Sentences in which a stem must stand to get a weight."""
_SMALL = 0.02

Features = dict[str, float]
Example = tuple[bool, float, list[Features]]


def example_of(sentence: GoldSentence) -> Example:
    """Return (label, weight, the candidates' features and stems) of a gold sentence.

    A sentence of the press (one with an address) weighs PRESS times an invented one, a borderline one half.
    """
    reader = Reader.open(sentence.date)
    reader.prime_title(sentence.title)
    reader.prime(sentence.context)
    candidates: list[Features] = []
    for _, scene in reader.scenes(normalise(sentence.text)):
        words = {WORD + stem: WORD_VALUE for stem in scene.stems()}
        for candidate in reader.candidates(scene):
            features = {name: value for name, value in candidate.features.items() if name != "wording"}
            candidates.append(features | words)
    weight = (PRESS if sentence.of_press else 1.0) * (0.5 if sentence.borderline else 1.0)
    return sentence.coop, weight, candidates


def groups_of(gold: Sequence[GoldSentence], source: str) -> list[str]:
    """Return for each sentence of a file what it may not be parted from: its document, else a block of the file."""
    return [f"{source}:{sentence.doc or number // BLOCK}" for number, sentence in enumerate(gold)]


def to_prior(examples: Sequence[Example]) -> list[Example]:
    """Return the examples with weights that make mentions weigh PRIOR of the whole, the whole unchanged."""
    total = sum(weight for _, weight, _ in examples)
    mentions = sum(weight for label, weight, _ in examples if label)
    if not 0 < mentions < total:
        return list(examples)
    up, down = PRIOR * total / mentions, (1 - PRIOR) * total / (total - mentions)
    return [(label, weight * (up if label else down), candidates) for label, weight, candidates in examples]


def without_rare_words(examples: Sequence[Example], least: int = WORD_LEAST) -> list[Example]:
    """Return the examples without the stems that stand in fewer than `least` sentences with a candidate."""
    counts = Counter(name for _, _, candidates in examples if candidates for name in candidates[0])
    rare = {name for name, count in counts.items() if name.startswith(WORD) and count < least}
    return [
        (label, weight, [{n: v for n, v in features.items() if n not in rare} for features in candidates])
        for label, weight, candidates in examples
    ]


def fit(examples: Sequence[Example], start: Features, ridge: float = RIDGE) -> Features:
    """Return fitted weights. Deterministic; sentences without a candidate teach nothing."""
    weights = dict(start)
    used = [e for e in examples if e[2]]
    for _ in range(ROUNDS):
        chosen = [
            (label, weight, max(candidates, key=lambda f: weighed(f, weights)))
            for label, weight, candidates in used
        ]
        weights = _descend(chosen, weights, ridge)
    return weights


def _descend(rows: Sequence[tuple[bool, float, Features]], start: Features, ridge: float) -> Features:
    """Minimise the ridge logistic loss by gradient steps with Nesterov momentum; the bias is not shrunk."""
    names = sorted({name for _, _, features in rows for name in features} | set(start))
    index = {name: i for i, name in enumerate(names)}
    row_of = np.array([i for i, (_, _, features) in enumerate(rows) for _ in features], dtype=np.intp)
    column_of = np.array([index[name] for _, _, features in rows for name in features], dtype=np.intp)
    values = np.array([value for _, _, features in rows for value in features.values()])
    labels = np.array([float(label) for label, _, _ in rows])
    weights = np.array([weight for _, weight, _ in rows])
    shrunk = np.array([0.0 if name == "bias" else ridge for name in names])

    def forth(vector: np.ndarray) -> np.ndarray:
        return np.bincount(row_of, values * vector[column_of], len(rows))

    def back(vector: np.ndarray) -> np.ndarray:
        return np.bincount(column_of, values * vector[row_of], len(names))

    steepest = np.ones(len(names))
    for _ in range(30):  # the largest eigenvalue of the weighted Gram matrix, by power iteration
        steepest = steepest / max(1e-9, float(np.linalg.norm(steepest)))
        steepest = back(weights * forth(steepest))
    step_size = 1.0 / (ridge + 0.25 * 1.05 * max(1e-9, float(np.linalg.norm(steepest))))
    w = np.array([start.get(name, 0.0) for name in names])
    ahead = w
    for step in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(forth(ahead), -60, 60)))
        new = ahead - step_size * (back(weights * (chance - labels)) + shrunk * ahead)
        ahead = new + (step / (step + 3)) * (new - w)
        w = new
    return dict(zip(names, w.tolist(), strict=True))


def best_threshold(examples: Sequence[Example], scores: Sequence[float]) -> float:
    """Return the threshold (0.30..0.70) of the best weighted F1 for the examples' scores."""
    return max(THRESHOLDS, key=lambda t: (round(f1(examples, scores, t), 3), -abs(t - 0.5)))


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
    return max((logistic(weighed(features, weights)) for features in candidates), default=0.0)


def cross_validate(groups: Sequence[str], examples: Sequence[Example], ridge: float = RIDGE) -> list[float]:
    """Return each sentence's score under weights fitted without its group (FOLDS folds)."""
    order = {group: i for i, group in enumerate(dict.fromkeys(groups))}
    folds = [order[group] % FOLDS for group in groups]
    scores = [0.0] * len(examples)
    for fold in range(FOLDS):
        training = [e for e, f in zip(examples, folds, strict=True) if f != fold]
        weights = fit(without_rare_words(training), {}, ridge)
        for i, (_, _, candidates) in enumerate(examples):
            if folds[i] == fold:
                scores[i] = score_of(candidates, weights)
        sys.stderr.write(f"\rfold {fold + 1} of {FOLDS} ")
    sys.stderr.write("\n")
    return scores


def main(arguments: Sequence[str]) -> int:
    """Fit on the files named, print the figures, and with --write store the weights."""
    paths = [Path(a) for a in arguments if not a.startswith("--")]
    examples: list[Example] = []
    sources: list[str] = []
    groups: list[str] = []
    for path in paths:
        gold = read_gold(path)
        examples.extend(example_of(sentence) for sentence in gold)
        sources.extend([path.stem] * len(gold))
        groups.extend(groups_of(gold, path.stem))
    examples = to_prior(examples)
    weights = fit(without_rare_words(examples), {})
    held_out = cross_validate(groups, examples)
    threshold = best_threshold(examples, held_out)
    mentions = sum(label for label, _, _ in examples)
    reachable = sum(1 for label, _, c in examples if label and c) / max(1, mentions)
    report = f"{len(examples)} sentences, {mentions} mentions, with a candidate {reachable:.3f}"
    fitted = [score_of(candidates, weights) for _, _, candidates in examples]
    sys.stdout.write(f"{report}\nF1 fitted {f1(examples, fitted, threshold):.3f}, threshold {threshold}\n")
    for source in dict.fromkeys(sources):
        rows: list[tuple[Example, float]] = [
            ((example[0], 1.0, []), score)
            for example, score, its in zip(examples, held_out, sources, strict=True)
            if its == source
        ]
        value = f1([example for example, _ in rows], [score for _, score in rows], threshold)
        sys.stdout.write(f"F1 cross-validated on {source} ({len(rows)}) {value:.3f}\n")
    if "--write" in arguments:
        _write(weights, threshold, ", ".join(dict.fromkeys(sources)) + f" ({report})")
    return 0


def _write(weights: Mapping[str, float], threshold: float, fitted_on: str) -> None:
    rules = {name: round(w, 3) for name, w in sorted(weights.items()) if not name.startswith(WORD)}
    words = {
        name.removeprefix(WORD): round(w * WORD_VALUE, 2)
        for name, w in sorted(weights.items(), key=lambda item: -item[1])
        if name.startswith(WORD)
    }
    content = {
        "weights.yaml": {
            "fitted_on": fitted_on,
            "threshold": threshold,
            "weights": {name: w for name, w in rules.items() if abs(w) >= 0.005} | {"wording": 1.0},
        },
        "wording.yaml": {
            "fitted_on": fitted_on,
            "stems": {stem: w for stem, w in words.items() if abs(w) >= _SMALL},
        },
    }
    for name, data in content.items():
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
        (entries.LEXICON / name).write_text(text, encoding="utf-8")
    load_weights.cache_clear()
    load_wording.cache_clear()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
