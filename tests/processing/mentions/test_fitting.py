"""Weights are learned from labelled candidates, the same each time, and stored as data."""

from pathlib import Path

import pytest

from processing.errors import LexiconError
from processing.mentions.evaluation import load_gold
from processing.mentions.fitting import (
    PRIOR,
    best_threshold,
    cross_validate,
    example_of,
    f1,
    fit,
    score_of,
    to_prior,
)
from processing.mentions.score import Weights, load_weights, logistic, score

EXAMPLES = [
    (True, 1.0, [{"bias": 1.0, "good": 1.0}, {"bias": 1.0}]),
    (True, 1.0, [{"bias": 1.0, "good": 1.0, "bad": 1.0}]),
    (False, 1.0, [{"bias": 1.0, "bad": 1.0}]),
    (False, 1.0, [{"bias": 1.0}]),
    (False, 1.0, []),
]


def test_what_speaks_for_a_mention_gets_weight() -> None:
    weights = fit(EXAMPLES, {}, ridge=0.1)
    assert weights["good"] > 1
    scores = [score_of(candidates, weights) for _, _, candidates in EXAMPLES]
    assert f1(EXAMPLES, scores, best_threshold(EXAMPLES, scores)) == 1.0
    assert fit(EXAMPLES, {}, ridge=0.1) == weights


def test_a_stronger_ridge_shrinks() -> None:
    assert fit(EXAMPLES, {}, ridge=10.0)["good"] < fit(EXAMPLES, {}, ridge=0.1)["good"]


def test_cross_validation_holds_a_document_out_as_a_whole() -> None:
    lines = [
        f'{{"id": "{i}", "doc": "{i // 2}", "text": "La Chine et la Russie sont alliées.", "coop": 1}}'
        for i in range(20)
    ]
    gold = load_gold(lines)
    scores = cross_validate([s.doc for s in gold], [example_of(s) for s in gold])
    assert len(scores) == 20
    assert min(scores) > 0.9


def test_mentions_weigh_as_much_as_they_do_in_the_press() -> None:
    weighted = to_prior([(True, 1.0, [])] * 8 + [(False, 1.0, [])] * 2)
    mentions = sum(weight for label, weight, _ in weighted if label)
    assert mentions == pytest.approx(PRIOR * 10)
    assert sum(weight for _, weight, _ in weighted) == pytest.approx(10)


def test_the_shipped_weights_say_where_they_come_from() -> None:
    weights = load_weights()
    assert weights.fitted_on
    assert 0.3 < weights.threshold < 0.7


def test_a_score_is_the_logistic_of_the_sum() -> None:
    weights = Weights({"a": 2.0}, 0.5, "test")
    assert score({"a": 1.5, "unknown": 9.0}, weights) == pytest.approx(logistic(3.0))
    assert logistic(-800) == 0.0
    assert logistic(800) == 1.0


def test_a_weight_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text("fitted_on: test\nthreshold: 0.5\nweights: {bias: lots}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"weights.yaml.*'bias' is 'lots'"):
        load_weights(path)
