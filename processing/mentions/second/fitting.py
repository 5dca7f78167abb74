"""The second tier, taught on labelled sentences; needs the extras `vectors` and `fitting`.

    python -m processing.mentions.second.fitting GOLD.jsonl… [--epochs N] [--rate R] [--write]

One group of sentences in eight (whole documents; blocks of files without documents) is held out: on it the encoder's
sum and the first tier's score are weighed against each other, the threshold is set, and the figures printed are
taken. `--write` stores the result in `learned.npz`. Half an hour on two cores for 7,000 sentences.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from processing.errors import GoldError
from processing.mentions.evaluation import load_gold
from processing.mentions.fitting import Example, best_threshold, f1, fit, score_of, to_prior
from processing.mentions.model import CATEGORIES, POLARITIES
from processing.mentions.reader import DYAD
from processing.mentions.score import load_weights, logit
from processing.mentions.second.encoder import Readout
from processing.mentions.second.engine import weights_of
from processing.mentions.second.judge import PACKAGE
from processing.mentions.second.learned import save_learned
from processing.mentions.second.lessons import Lesson, held_out, lessons_of
from processing.mentions.second.pieces import Cutter
from processing.mentions.second.teaching import Course, read, teach

EPOCHS = 5
RATE = 1.5e-3
PRESS = 2.0
"""A sentence of the press counts for so many invented ones."""
RIDGE = 0.05


def load_lessons(paths: Sequence[Path], cutter: Cutter) -> list[Lesson]:
    """Return the lessons of gold files; raises GoldError naming the file and line of what is wrong."""
    lessons: list[Lesson] = []
    for path in paths:
        try:
            gold = load_gold(path.read_text(encoding="utf-8").splitlines())
        except GoldError as error:
            raise GoldError(f"{path.name}: {error}") from error
        press = any(sentence.doc.startswith("http") for sentence in gold)
        lessons.extend(lessons_of(gold, path.stem, cutter, PRESS if press else 1.0))
    return lessons


def weigh(lessons: Sequence[Lesson], readouts: Sequence[Readout]) -> tuple[dict[str, float], float]:
    """Return the weights of the two tiers' words and the threshold of the best F1."""
    examples = to_prior(
        [_example(lesson, readout) for lesson, readout in zip(lessons, readouts, strict=True)]
    )
    weights = fit(examples, {}, RIDGE)
    return weights, best_threshold(examples, [score_of(found, weights) for _, _, found in examples])


def _example(lesson: Lesson, readout: Readout) -> Example:
    said = {"bias": 1.0, "encoder": readout.mention, "rules": logit(lesson.first_score)}
    return lesson.gold.coop, lesson.weight, [said]


def _report(
    lessons: Sequence[Lesson], readouts: Sequence[Readout], weights: dict[str, float], threshold: float
) -> None:
    first = load_weights().threshold
    for source in ["all", *dict.fromkeys(lesson.source for lesson in lessons)]:
        rows = [
            (lesson, readout)
            for lesson, readout in zip(lessons, readouts, strict=True)
            if source in ("all", lesson.source)
        ]
        plain: list[Example] = [(lesson.gold.coop, 1.0, []) for lesson, _ in rows]
        both = [score_of(_example(lesson, readout)[2], weights) for lesson, readout in rows]
        found = [
            pair for pair, score in zip(rows, both, strict=True) if score >= threshold and pair[0].gold.coop
        ]
        figures = {
            "rules": f1(plain, [lesson.first_score for lesson, _ in rows], first),
            "encoder": f1(plain, [readout.mention for _, readout in rows], 0.0),
            "both": f1(plain, both, threshold),
            "polarity": _share([_best(r.polarities, POLARITIES) in g.gold.polarity for g, r in found]),
            "category": _share([_best(r.categories, CATEGORIES) in g.gold.category for g, r in found]),
        }
        told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        sys.stdout.write(f"{source} ({len(rows)} held out): {told}\n")


def _best(sums: Sequence[float], labels: Sequence[str]) -> str:
    return max(zip(sums, labels, strict=True))[1]


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(1, len(right))


def main(arguments: Sequence[str]) -> int:
    """Teach on the files named, print the figures, and with --write store what was learned."""
    parser = argparse.ArgumentParser(prog="python -m processing.mentions.second.fitting", description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    package = weights_of(PACKAGE)
    lessons = load_lessons(options.gold, Cutter(package.vocabulary))
    kept = held_out(lessons)
    taught = [lesson for lesson, out in zip(lessons, kept, strict=True) if not out]
    out = [lesson for lesson, out in zip(lessons, kept, strict=True) if out]
    pupil = teach(package, taught, Course(options.epochs, options.rate))
    readouts = read(pupil, out)
    weights, threshold = weigh(out, readouts)
    sys.stdout.write(f"weights {weights}, threshold {threshold}\n")
    _report(out, readouts, weights, threshold)
    if options.write:
        names = ", ".join(dict.fromkeys(lesson.source for lesson in lessons))
        mentions = sum(lesson.gold.coop for lesson in taught)
        note = {
            "dyad": list(DYAD),
            "fitted_on": f"{names} ({len(taught)} sentences, {mentions} mentions; weighed on {len(out)} others)",
            "fitted_by": f"fitting --epochs {options.epochs} --rate {options.rate}",
            "threshold": threshold,
            "weights": {name: round(value, 4) for name, value in weights.items()},
        }
        save_learned(note, pupil.arrays())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
