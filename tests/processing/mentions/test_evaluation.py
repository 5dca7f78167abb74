"""The figures of an evaluation, worked out by hand on a few sentences."""

import json
from dataclasses import dataclass

import pytest

from processing.errors import GoldError
from processing.mentions.evaluation import evaluate, load_gold


@dataclass
class _Said:
    score: float
    polarity: str
    category: str

    @property
    def trigger(self) -> "_Said":
        return self

    @property
    def text(self) -> str:
        return "x"


def _line(**fields: object) -> str:
    return json.dumps({"id": "a", "text": "La Chine aide la Russie.", "coop": 1} | fields)


def _flag(text: str, **_: object) -> list[_Said]:
    """Finds what contains « oui »; says « denied » where the text says « non »."""
    if "oui" not in text:
        return []
    return [_Said(0.4, "affirmed", "INFO"), _Said(0.9, "denied" if "non" in text else "affirmed", "VISIT")]


GOLD = [
    _line(id="1", text="oui", polarity="affirmed", category="VISIT", doc="d1", trap="t"),
    _line(id="2", text="oui non", polarity="affirmed", category="VISIT", doc="d1"),
    _line(id="3", text="rien", polarity="affirmed", category="INFO", doc="d2", trap="t", borderline=True),
    _line(id="4", text="oui", coop=0, doc="d3"),
    _line(id="5", text="rien", coop=0, doc="d3"),
]


def test_counts_and_rates() -> None:
    figures = evaluate(load_gold(GOLD), _flag, resamples=50)
    assert figures.coop.as_dict() == {
        "precision": 0.6667,
        "recall": 0.6667,
        "f1": 0.6667,
        "tp": 2,
        "fp": 1,
        "fn": 1,
        "tn": 1,
    }
    assert figures.coop_without_borderline.f1 == pytest.approx(0.8)


def test_labels_are_those_of_the_strongest_mention_among_the_found() -> None:
    figures = evaluate(load_gold(GOLD), _flag, resamples=0)
    assert figures.polarity_accuracy == 0.5
    assert figures.category_accuracy == 1.0
    assert [v.gold.id for v in figures.wrong_polarity] == ["2"]


def test_an_article_is_found_by_any_of_its_sentences() -> None:
    articles = evaluate(load_gold(GOLD), _flag, resamples=0).articles
    assert articles is not None
    assert (articles.tp, articles.fp, articles.fn, articles.tn) == (1, 1, 1, 0)


def test_errors_are_told_by_trap_and_by_sentence() -> None:
    figures = evaluate(load_gold(GOLD), _flag, resamples=0)
    assert figures.traps == {"t": (1, 2)}
    told = figures.as_dict()
    assert [e["id"] for e in told["misses"]] == ["3"]
    assert [e["id"] for e in told["false_alarms"]] == ["4"]
    json.dumps(told)


def test_intervals_hold_the_figure_and_repeat() -> None:
    first, second = (evaluate(load_gold(GOLD), _flag, resamples=200) for _ in range(2))
    assert first.intervals == second.intervals
    low, high = first.intervals["f1"]
    assert low <= first.coop.f1 <= high


def test_an_alternative_label_is_as_good() -> None:
    gold = load_gold([_line(text="oui", category="INFO", category_alt=["VISIT"])])
    assert evaluate(gold, _flag, resamples=0).category_accuracy == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: expected an object"),
        (json.dumps({"id": "b", "text": "x"}), "line 2: field 'coop' is missing"),
        (_line(id="b", coop="maybe"), "line 2: field 'coop' is 'maybe'"),
        (_line(id="b", text=" "), "line 2: field 'text' must be a sentence"),
        (_line(id="b", polarity="positive"), "line 2: field 'polarity' is 'positive'"),
        (_line(id="b", category="WAR"), "line 2: field 'category' is 'WAR'"),
        (_line(id="b", date="hier"), "line 2: field 'date' is 'hier'"),
        (_line(), "line 2: id 'a' was already used on line 1"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(GoldError, match=message):
        load_gold([_line(), line])


def test_blank_lines_are_passed_over() -> None:
    assert len(load_gold(["", _line(), "  "])) == 1
