"""The gold set is sound and broad, and the flagger does not fall below its floors."""

from pathlib import Path

import pytest
import yaml

from processing.mentions import CATEGORIES, POLARITIES
from processing.mentions.evaluation import GoldSentence, evaluate, load_gold

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))
FILES = [name for name in FLOORS if name.endswith(".jsonl")]


def _gold(name: str) -> list[GoldSentence]:
    return load_gold((HERE / name).read_text(encoding="utf-8").splitlines())


def test_every_gold_file_has_its_floors() -> None:
    assert {path.name for path in HERE.glob("*.jsonl")} == set(FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_flagger_keeps_its_floors(name: str) -> None:
    gold, floors = _gold(name), FLOORS[name]
    figures = evaluate(gold, resamples=0)
    reached = {
        "f1": figures.coop.f1,
        "precision": figures.coop.precision,
        "recall": figures.coop.recall,
        "polarity_accuracy": figures.polarity_accuracy,
        "category_accuracy": figures.category_accuracy,
        "sentences": figures.sentences,
    }
    below = {key: (reached[key], floor) for key, floor in floors.items() if (reached[key] or 0) < floor}
    errors = [
        v.gold.id
        for v in (*figures.misses, *figures.false_alarms, *figures.wrong_polarity, *figures.wrong_category)
    ]
    assert not below, f"below the floor: {below}; sentences: {errors}"


def test_every_category_is_there_and_every_polarity_of_it() -> None:
    gold = [s for name in FILES for s in _gold(name) if s.coop]
    assert {(c, p) for s in gold for c in s.category for p in s.polarity} >= {
        (c, p) for c in CATEGORIES for p in POLARITIES
    }


def test_every_sentence_says_what_it_is_there_for() -> None:
    assert all(s.trap for name in FILES for s in _gold(name))
    texts = [s.text for name in FILES for s in _gold(name)]
    assert len(texts) == len(set(texts))
