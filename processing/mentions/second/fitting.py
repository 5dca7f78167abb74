"""The second tier, taught on labelled sentences; needs the extras `vectors` and `fitting`.

    python -m processing.mentions.second.fitting GOLD.jsonl… [--apart PRESS.jsonl] [--epochs N] [--rate R] [--on]
    python -m processing.mentions.second.fitting GOLD.jsonl… [--apart PRESS.jsonl] --weigh
    python -m processing.mentions.second.fitting GOLD.jsonl… [--apart PRESS.jsonl] --whole [--epochs N] [--rate R]

One group of sentences in eight (whole documents; blocks of files without documents) is held out, and every sentence of
a file given with `--apart`: on these the encoder's sum and the first tier's score (by weights fitted without these
sentences) are weighed against each other, the threshold is set, and the figures printed are taken. Few labelled
sentences of the press serve better apart than taught: they say how far each tier is to be trusted where it counts.
`--write` stores the result, in `apart.npz` for going on and in `learned.npz` for the flagger. `--on` goes on from
`apart.npz`, with more or other sentences. `--weigh` leaves the encoder as it was taught and weighs `apart.npz` anew,
after a change of the first tier; both files get the weights. `--whole` ends the work: it goes on from `apart.npz` with
every sentence, those held out and apart too, and stores the encoder in `learned.npz` with the weights and the threshold
that were set without them; it prints no figures, since nothing is left that was not taught. An epoch takes some 25
seconds for 1,000 sentences on two cores.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from processing.mentions.evaluation import read_gold
from processing.mentions.fitting import (
    THRESHOLDS,
    WORD,
    Example,
    cross_validate,
    example_of,
    f1,
    fit,
    score_of,
    to_prior,
    without_rare_words,
)
from processing.mentions.model import CATEGORIES, POLARITIES
from processing.mentions.reader import DYAD
from processing.mentions.score import load_weights, logit
from processing.mentions.second.encoder import Encoder, Readout
from processing.mentions.second.engine import weights_of
from processing.mentions.second.judge import PACKAGE, likeliest
from processing.mentions.second.learned import APART, FILE, learned_of, load_learned, note_of, save_learned
from processing.mentions.second.lessons import Lesson, held_out, lessons_of
from processing.mentions.second.pieces import Cutter
from processing.mentions.second.weights_file import Weights

EPOCHS = 6
RATE = 1e-3
RIDGE = 2.0
OF_RULES = "rules:"
TRUST_TRIED = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
AS_GOOD = 0.005
"""F1 that is given away for recall: a mention that is missed costs an analyst more than one to reject."""


@dataclass(frozen=True, slots=True)
class Said:
    """What both tiers say of a lesson held out."""

    lesson: Lesson
    readout: Readout
    first: float
    features: Mapping[str, float]


def load_lessons(paths: Sequence[Path], cutter: Cutter) -> list[Lesson]:
    """Return the lessons of gold files; raises GoldError naming the file and line of what is wrong."""
    return [lesson for path in paths for lesson in lessons_of(read_gold(path), path.stem, cutter)]


def unseen(taught: Sequence[Lesson], out: Sequence[Lesson]) -> list[tuple[float, Mapping[str, float]]]:
    """Return the first tier's score and features of the lessons held out, by weights fitted on the others alone."""
    sys.stderr.write("fitting the first tier without the sentences held out\n")
    weights = fit(without_rare_words(to_prior([example_of(lesson.gold) for lesson in taught])), {})
    found: list[tuple[float, Mapping[str, float]]] = []
    for lesson in out:
        candidates = [(score_of([features], weights), features) for features in example_of(lesson.gold)[2]]
        found.append(max(candidates, key=lambda pair: pair[0], default=(0.0, {})))
    return found


def weigh(said: Sequence[Said]) -> tuple[dict[str, float], float, list[float]]:
    """Return the weights of what the two tiers say, the threshold, and each score by weights fitted without its group.

    The threshold is the lowest whose F1 is within AS_GOOD of the best.
    """
    examples = to_prior([_example(each) for each in said])
    held = cross_validate([each.lesson.group for each in said], examples, RIDGE)
    reached = {threshold: f1(examples, held, threshold) for threshold in THRESHOLDS}
    threshold = min(t for t, value in reached.items() if value > max(reached.values()) - AS_GOOD)
    return fit(examples, {}, RIDGE), threshold, held


def trusted(said: Sequence[Said]) -> dict[str, float]:
    """Return what the first tier's category and polarity are worth beside the encoder's.

    Of the values tried the greatest is taken whose share of right labels is within one standard error of the best (the
    one-standard-error rule: Hastie, Tibshirani and Friedman, « The Elements of Statistical Learning », 7.10): where the
    figures do not tell, the rules' label is the one that can be explained.
    """
    mentions = [each for each in said if each.lesson.gold.coop]
    found: dict[str, float] = {}
    for name, labels, sums in (
        ("category", CATEGORIES, "categories"),
        ("polarity", POLARITIES, "polarities"),
    ):
        shares = {
            trust: _share(
                [
                    likeliest(labels, getattr(each.readout, sums), getattr(each.lesson.first, name), trust)
                    in getattr(each.lesson.gold, name)
                    for each in mentions
                ]
            )
            for trust in TRUST_TRIED
        }
        best = max(shares.values())
        error = math.sqrt(best * (1 - best) / max(1, len(mentions)))
        found[name] = max(trust for trust, share in shares.items() if share >= best - error)
        told = ", ".join(f"{trust} {share:.3f}" for trust, share in shares.items())
        sys.stdout.write(f"{name} right by trust in the rules: {told}\n")
    return found


def _example(said: Said) -> Example:
    sums = {"bias": 1.0, "encoder": said.readout.mention, "rules": logit(said.first)}
    features = {
        OF_RULES + name: value
        for name, value in said.features.items()
        if name != "bias" and not name.startswith(WORD)
    }
    return said.lesson.gold.coop, said.lesson.weight, [sums | features]


def _report(said: Sequence[Said], held: Sequence[float], threshold: float) -> None:
    first = load_weights().threshold
    for source in ["all", *dict.fromkeys(each.lesson.source for each in said)]:
        rows = [
            (each, score)
            for each, score in zip(said, held, strict=True)
            if source in ("all", each.lesson.source)
        ]
        plain: list[Example] = [(each.lesson.gold.coop, 1.0, []) for each, _ in rows]
        found = [
            (each.lesson.gold, each.readout)
            for each, score in rows
            if score >= threshold and each.lesson.gold.coop
        ]
        figures = {
            "rules": f1(plain, [each.first for each, _ in rows], first),
            "encoder": f1(plain, [each.readout.mention for each, _ in rows], 0.0),
            "both": f1(plain, [score for _, score in rows], threshold),
            "polarity": _share([likeliest(POLARITIES, r.polarities, "", 0) in g.polarity for g, r in found]),
            "category": _share([likeliest(CATEGORIES, r.categories, "", 0) in g.category for g, r in found]),
        }
        told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        sys.stdout.write(f"{source} ({len(rows)} held out): {told}\n")


def _teach_whole(package: Weights, lessons: Sequence[Lesson], epochs: int, rate: float, write: bool) -> int:
    from processing.mentions.second.teaching import Course, teach

    arrays = teach(package, lessons, Course(epochs, rate), load_learned(APART).arrays())
    if write:
        told = f"then on all {len(lessons)}: --whole --epochs {epochs} --rate {rate}"
        before = note_of(APART)
        save_learned(before | {"fitted_by": f"{before['fitted_by']}; {told}"}, arrays)
    return 0


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(1, len(right))


def main(arguments: Sequence[str]) -> int:
    """Teach on the files named, print the figures, and with --write store what was learned."""
    parser = argparse.ArgumentParser(prog="python -m processing.mentions.second.fitting", description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument(
        "--apart",
        action="append",
        default=[],
        type=Path,
        metavar="PRESS.jsonl",
        help="a file that is not taught; the tiers are weighed by all of it",
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--on", action="store_true", help="go on from what is stored instead of from nothing")
    parser.add_argument(
        "--whole", action="store_true", help="go on with every sentence; keep the weights set before"
    )
    parser.add_argument("--weigh", action="store_true", help="do not teach; weigh what was learned anew")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    package = weights_of(PACKAGE)
    cutter = Cutter(package.vocabulary)
    lessons, apart = load_lessons(options.gold, cutter), load_lessons(options.apart, cutter)
    kept = held_out(lessons)
    taught = [lesson for lesson, out in zip(lessons, kept, strict=True) if not out]
    kept_out = [lesson for lesson, out in zip(lessons, kept, strict=True) if out] + apart
    if options.whole:
        return _teach_whole(package, taught + kept_out, options.epochs, options.rate, options.write)
    out = [lesson for lesson in kept_out if lesson.asked]
    lost = [lesson.gold.coop for lesson in kept_out if not lesson.asked]
    if options.weigh:
        encoder = Encoder(package, load_learned(APART))
    else:
        from processing.mentions.second.teaching import Course, teach

        before = load_learned(APART).arrays() if options.on else None
        arrays = teach(package, taught, Course(options.epochs, options.rate), before)
        names = ", ".join(dict.fromkeys(lesson.source for lesson in lessons))
        mentions = sum(lesson.gold.coop for lesson in taught)
        note = {
            "dyad": list(DYAD),
            "fitted_on": f"{names} ({len(taught)} sentences, {mentions} mentions)",
            "fitted_by": f"fitting --epochs {options.epochs} --rate {options.rate}{' --on' * options.on}",
        }
        encoder = Encoder(package, learned_of(arrays))
    said = [
        Said(lesson, encoder.read(lesson.row, lesson.judged), *first)
        for lesson, first in zip(out, unseen(taught, out), strict=True)
    ]
    weights, threshold, held = weigh(said)
    sys.stdout.write(
        f"encoder {weights['encoder']:.3f}, rules {weights['rules']:.3f}, threshold {threshold}\n"
    )
    sys.stdout.write(f"{len(lost)} sentences held out are never asked, {sum(lost)} of them mentions\n")
    _report(said, held, threshold)
    trust = trusted(said)
    if options.write:
        weighed = ", ".join(dict.fromkeys(lesson.source for lesson in out))
        weighing = {
            "weighed_on": f"{weighed} ({len(out)} sentences that were not taught)",
            "threshold": threshold,
            "weights": {name: round(weights[name], 4) for name in ("bias", "encoder", "rules")},
            "trust": trust,
            "features": {
                name.removeprefix(OF_RULES): round(weight, 3)
                for name, weight in weights.items()
                if name.startswith(OF_RULES)
            },
        }
        for path in (APART, FILE):
            if options.weigh:
                note, arrays = note_of(path), load_learned(path).arrays()
            save_learned(note | weighing, arrays, path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
