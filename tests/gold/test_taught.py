"""The taught set can be learned from, and nothing that measures stands in it."""

import re
from pathlib import Path

import pytest

from processing.mentions import CATEGORIES, POLARITIES
from processing.mentions.evaluation import GoldSentence, load_gold

HERE = Path(__file__).parent
TAUGHT = {
    path.stem: load_gold(path.read_text(encoding="utf-8").splitlines())
    for path in sorted((HERE / "taught").glob("*.jsonl"))
}
EVERY: list[GoldSentence] = [sentence for sentences in TAUGHT.values() for sentence in sentences]
_WORD = re.compile(r"\w+")
_RUN = 12


def runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}


def test_it_is_large_and_neither_answer_wins_by_guessing() -> None:
    assert len(EVERY) > 16_000
    assert 0.35 < sum(sentence.coop for sentence in EVERY) / len(EVERY) < 0.5


def test_ids_and_sentences_stand_once() -> None:
    assert len({sentence.id for sentence in EVERY}) == len(EVERY)
    assert len({sentence.text for sentence in EVERY}) == len(EVERY)


@pytest.mark.parametrize("slice_", sorted(TAUGHT))
def test_every_mention_has_its_labels_and_the_others_none(slice_: str) -> None:
    for sentence in TAUGHT[slice_]:
        assert bool(sentence.polarity) == bool(sentence.category) == sentence.coop, sentence.id


def test_every_label_is_taught_often() -> None:
    for labels, of in ((CATEGORIES, "category"), (POLARITIES, "polarity")):
        counts = {label: sum(label in getattr(s, of)[:1] for s in EVERY) for label in labels}
        assert min(counts.values()) >= 80, counts


def test_nothing_that_measures_is_learned_from() -> None:
    measured = load_gold((HERE / "sentences.jsonl").read_text(encoding="utf-8").splitlines())
    known = {run for sentence in measured for run in runs(sentence.text)}
    shared = [sentence.id for sentence in EVERY if runs(sentence.text) & known]
    assert shared == []
