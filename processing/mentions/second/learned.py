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
from numpy.typing import NDArray

from processing.errors import LexiconError
from processing.mentions.model import CATEGORIES, POLARITIES

FILE = Path(__file__).parent / "learned.npz"
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
FIRST_TAUGHT = 4
"""The layers before it stay as the package has them: what they know is French, not our question."""
KINDS = "kinds"
"""Two vectors added before that layer: to the pieces of the sentence, and to those of what stands around it."""
HEADS = ("mention", "polarity", "category")
_AGAIN = "fit it anew with python -m processing.mentions.second.fitting"

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Note:
    """How the readout becomes a ruling.

    P(mention) = logistic(bias + encoder · (the encoder's sum) + rules · logit(the first tier's score)).
    """

    dyad: tuple[str, str]
    fitted_on: str
    threshold: float
    bias: float
    encoder: float
    rules: float


@dataclass(frozen=True, slots=True)
class Learned:
    """The arrays by name, in single precision. `heads` are (matrix, bias) by name."""

    note: Note
    thin: Mapping[str, tuple[Array, Array]]
    replaced: Mapping[str, Array]
    heads: Mapping[str, tuple[Array, Array]]

    def addition(self, name: str) -> Array:
        """Return what is added to a matrix of the encoder."""
        left, right = self.thin[name]
        return np.asarray(left @ right)


def layer_of(name: str) -> int:
    """Return the layer that a tensor belongs to; -1 for the embeddings'."""
    return int(name[1 : name.index(".")]) if name.startswith("l") else -1


@cache
def load_note(path: Path = FILE) -> Note:
    """Return the note of a file; raises LexiconError naming the file and what is wrong with it."""
    with _opened(path) as arrays:
        return _note(path, arrays)


def load_learned(path: Path = FILE) -> Learned:
    """Return all that a file holds; raises LexiconError naming the file and what is wrong with it."""
    with _opened(path) as arrays:
        note = _note(path, arrays)
        try:
            of = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "note"}
            thin = {
                name.removesuffix(":left"): (of[name], of[f"{name.removesuffix(':left')}:right"])
                for name in of
                if name.endswith(":left")
            }
            heads = {name: (of[f"{name}:head"], of[f"{name}:bias"]) for name in HEADS}
        except KeyError as error:
            raise LexiconError(f"{path.name}: {error} is missing; {_AGAIN}") from error
    sizes = {name: len(bias) for name, (_, bias) in heads.items()}
    if sizes != {"mention": 1, "polarity": len(POLARITIES), "category": len(CATEGORIES)}:
        raise LexiconError(f"{path.name}: its readings have {sizes} outcomes; {_AGAIN}")
    return Learned(note, thin, {name: array for name, array in of.items() if ":" not in name}, heads)


def save_learned(note: Mapping[str, Any], arrays: Mapping[str, Array], path: Path = FILE) -> None:
    """Write a file that `load_learned` reads."""
    text = np.frombuffer(json.dumps(note, ensure_ascii=False).encode(), np.uint8)
    half = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, note=text, **half)
    load_note.cache_clear()


def _opened(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise LexiconError(f"{path.name} cannot be read ({error}); {_AGAIN}") from error


def _note(path: Path, arrays: Any) -> Note:
    try:
        content = json.loads(bytes(arrays["note"]))
        left, right = content["dyad"]
        weights = content["weights"]
        return Note(
            (str(left), str(right)),
            str(content["fitted_on"]),
            float(content["threshold"]),
            float(weights["bias"]),
            float(weights["encoder"]),
            float(weights["rules"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise LexiconError(f"{path.name}: its note is not as expected ({error!r}); {_AGAIN}") from error
