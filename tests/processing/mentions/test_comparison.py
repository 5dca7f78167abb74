"""What a change of the rules gains and loses is told sentence by sentence."""

import json

import pytest

from processing.errors import GoldError
from processing.mentions import Mention, flag_text
from processing.mentions.comparison import changes, load_output
from processing.mentions.evaluation import Verdict, evaluate, load_gold

GOLD = load_gold(
    json.dumps({"id": name, "text": text, "coop": coop, "category": category, "polarity": polarity})
    for name, text, coop, category, polarity in (
        ("A", "La Chine et la Russie renforcent leur partenariat.", 1, "STRATEGIC", "affirmed"),
        ("B", "La Chine et la Russie ont des façades maritimes.", 0, None, None),
        ("C", "Moscou et Pékin signent un accord gazier.", 1, "ENERGY", "affirmed"),
    )
)
ANOTHER = {"category": "VISIT", "polarity": "denied", "score": 0.9}


def rules(text: str, **given: object) -> list[Mention]:
    return flag_text(text, tiers=1)


def verdicts() -> tuple[Verdict, ...]:
    return evaluate(GOLD, rules, resamples=0).verdicts


def older(**found: list[dict[str, object]]) -> dict[str, tuple[str, str] | None]:
    return dict(load_output(json.dumps({"id": name, "mentions": said}) for name, said in found.items()))


def now(name: str) -> list[dict[str, object]]:
    return [m.as_dict() for v in verdicts() if v.gold.id == name for m in rules(v.gold.text)]


def test_nothing_changed_is_nothing_told() -> None:
    assert changes(verdicts(), older(A=now("A"), B=now("B"), C=now("C"))) == []


def test_a_mention_newly_found_is_a_gain_and_a_false_alarm_gone_too() -> None:
    told = changes(verdicts(), older(A=[], B=[ANOTHER], C=now("C")))
    assert [(c.verdict.gold.id, c.gain) for c in told] == [("A", True), ("B", True)]
    assert told[0].before is None
    assert told[0].now == ("STRATEGIC", "affirmed")


def test_a_better_category_is_a_gain_and_the_likeliest_mention_counts() -> None:
    worse = [{**ANOTHER, "score": 0.99}, *now("A")]
    (change,) = changes(verdicts(), older(A=worse, B=[], C=now("C")))
    assert (change.before, change.gain) == (("VISIT", "denied"), True)
    assert change.as_dict()["before"] == {"category": "VISIT", "polarity": "denied"}


def test_an_output_of_another_file_is_refused() -> None:
    with pytest.raises(GoldError, match="'A' is not in the older output"):
        changes(verdicts(), older(Z=[]))


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "mentions": [{}]}'])
def test_a_line_that_is_no_output_is_named(line: str) -> None:
    with pytest.raises(GoldError, match="line 2: no output of vedette flag-batch"):
        load_output(['{"id": "A", "mentions": []}', line])
