"""What was learned on labelled sentences, as data: `learned.npz` and the note in it.

The file holds, for every matrix of the encoder, two thin ones whose product is added to it, the biases and norms
that replace the encoder's, the three linear readings (mention, polarity, category), and a JSON note: on what and how
it was fitted, for which dyad, and how its sum is weighed against the first tier's. All arrays are half-precision.
`fitting` writes it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from processing.errors import LexiconError
from processing.mentions.model import CATEGORIES, POLARITIES
from processing.mentions.score import logit, weighed
from processing.mentions.second.weights_file import Array

FILE = Path(__file__).parent / "learned.npz"
APART = FILE.with_name("apart.npz")
"""The same before it was taught the sentences held out: by it the two tiers are weighed. Only `fitting` reads it."""
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
FIRST_TAUGHT = 4
"""The layers before it stay as the package has them: what they know is French, not our question."""
KINDS = "kinds"
"""Two vectors added before that layer: to the pieces of the sentence, and to those of what stands around it."""
_SIDES, _PARTS = ("left", "right"), ("head", "bias")
HEADS = {"mention": 1, "polarity": len(POLARITIES), "category": len(CATEGORIES)}
"""The readings, and how many outcomes each has."""
_AGAIN = "fit it anew with python -m processing.mentions.second.fitting"


@dataclass(frozen=True, slots=True)
class Note:
    """How the readout becomes a ruling.

    P(mention) = logistic(bias + encoder · (the encoder's sum) + rules · logit(the first tier's score) + features · (the
    features of the first tier's likeliest candidate)).
    """

    dyad: tuple[str, str]
    fitted_on: str
    threshold: float
    bias: float
    encoder: float
    rules: float
    features: Mapping[str, float]
    trust_category: float
    trust_polarity: float
    """What the first tier's category and polarity add to the encoder's sums for them."""

    def of_rules(self, score: float, features: Mapping[str, float]) -> float:
        """Return the first tier's part of the sum."""
        return self.rules * logit(score) + weighed(features, self.features)


@dataclass(frozen=True, slots=True)
class Learned:
    """The arrays by name, in single precision. `heads` are (matrix, bias) by name."""

    thin: Mapping[str, tuple[Array, Array]]
    replaced: Mapping[str, Array]
    heads: Mapping[str, tuple[Array, Array]]

    def addition(self, name: str) -> Array:
        """Return what is added to a matrix of the encoder; raises LexiconError when nothing was learned for it."""
        if name not in self.thin:
            raise LexiconError(f"{FILE.name} holds nothing for the matrix {name}; {_AGAIN}")
        left, right = self.thin[name]
        return np.asarray(left @ right)

    def arrays(self) -> dict[str, Array]:
        """Return the arrays by the names they have in the file."""
        thin = {
            f"{name}:{side}": array
            for name, pair in self.thin.items()
            for side, array in zip(_SIDES, pair, strict=True)
        }
        heads = {
            f"{name}:{part}": array
            for name, pair in self.heads.items()
            for part, array in zip(_PARTS, pair, strict=True)
        }
        return {**thin, **self.replaced, **heads}


def layer_of(name: str) -> int:
    """Return the layer that a tensor belongs to; -1 for the embeddings'."""
    return int(name[1 : name.index(".")]) if name.startswith("l") else -1


@cache
def load_note(path: Path = FILE) -> Note:
    """Return how the readouts of a file are weighed; raises LexiconError naming the file and what is wrong with it."""
    content = note_of(path)
    try:
        left, right = content["dyad"]
        weights = content["weights"]
        return Note(
            (str(left), str(right)),
            str(content["fitted_on"]),
            float(content["threshold"]),
            float(weights["bias"]),
            float(weights["encoder"]),
            float(weights["rules"]),
            {str(name): float(weight) for name, weight in content["features"].items()},
            float(content["trust"]["category"]),
            float(content["trust"]["polarity"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise LexiconError(f"{path.name}: its note is not as expected ({error!r}); {_AGAIN}") from error


def note_of(path: Path) -> dict[str, Any]:
    """Return the note of a file as it stands there; raises LexiconError."""
    with _opened(path) as arrays:
        try:
            return dict(json.loads(bytes(arrays["note"])))
        except (KeyError, ValueError, TypeError) as error:
            raise LexiconError(f"{path.name}: its note cannot be read ({error!r}); {_AGAIN}") from error


def load_learned(path: Path = FILE) -> Learned:
    """Return all arrays of a file; raises LexiconError naming the file and what is wrong with it."""
    with _opened(path) as arrays:
        found = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "note"}
    try:
        return learned_of(found)
    except (KeyError, ValueError) as error:
        raise LexiconError(f"{path.name}: {error}; {_AGAIN}") from error


def learned_of(arrays: Mapping[str, Array]) -> Learned:
    """Return arrays by what they are for; raises KeyError when one is missing, ValueError when they do not fit."""
    names = [name.removesuffix(":left") for name in arrays if name.endswith(":left")]
    thin = {name: (arrays[f"{name}:left"], arrays[f"{name}:right"]) for name in names}
    heads = {name: (arrays[f"{name}:head"], arrays[f"{name}:bias"]) for name in HEADS}
    sizes = {name: len(bias) for name, (_, bias) in heads.items()}
    if sizes != HEADS:
        raise ValueError(f"its readings have {sizes} outcomes")
    return Learned(thin, {name: array for name, array in arrays.items() if ":" not in name}, heads)


def save_learned(note: Mapping[str, Any], arrays: Mapping[str, Array], path: Path = FILE) -> None:
    """Write a file that `load_learned` reads."""
    text = np.frombuffer(json.dumps(note, ensure_ascii=False).encode(), np.uint8)
    half = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, note=text, **half)
    load_note.cache_clear()


def _opened(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise LexiconError(f"{path.name} cannot be read ({error}); {_AGAIN}") from error
