"""Ordinary words speak for or against a mention, whatever their ending; names do not count."""

from pathlib import Path

import pytest

from processing.errors import LexiconError
from processing.mentions import wording
from processing.mentions.normalise import normalise
from processing.mentions.reader import Reader


def stems_of(text: str) -> set[str]:
    ((_, scene),) = Reader.open(None).scenes(normalise(text))
    return scene.stems()


def test_words_count_by_their_first_letters_and_names_do_not() -> None:
    found = stems_of("Moscou et Pékin se rapprochaient : un rapprochement, selon Sergueï Lavrov.")
    assert "rappro" in found
    assert not {"moscou", "pékin", "lavrov", "sergue"} & found


def test_weights_add_up_and_unknown_words_count_for_nothing() -> None:
    assert wording.weight_of({"rappro", "rival", "un"}, {"rappro": 1.5, "rival": -0.5}) == 1.0


def test_the_shipped_wording_says_where_it_comes_from_and_leans_as_a_reader_would() -> None:
    weights = wording.load_wording()
    assert len(weights) > 500
    assert weights["conjoi"] > 0 > weights["tandis"]


def test_a_weight_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wording.yaml"
    path.write_text("fitted_on: test\nstems: {alliance: lots}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"wording.yaml.*'alliance' is 'lots'"):
        wording.load_wording(path)
