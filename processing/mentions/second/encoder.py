"""The encoder: a sentence with what stands before it, read by multilingual-e5-small as it was taught for this.

A transformer's forward pass in numpy (Vaswani et al., 2017; post-norm, GELU, as in BERT). What was learned on
labelled sentences is a low-rank addition to each matrix (LoRA, Hu et al., 2021), new biases and norms, and three
linear readings of the result; see `learned`. One sentence takes 20 to 60 ms on one core.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from processing.mentions.second.learned import FIRST_TAUGHT, KINDS, MATRICES, Learned
from processing.mentions.second.weights_file import Array, Weights

_FARTHEST_IN_GELU = 6.0


@dataclass(frozen=True, slots=True)
class Readout:
    """What the encoder makes of one sentence: sums before any logistic, in the order of the model's labels."""

    mention: float
    polarities: tuple[float, ...]
    categories: tuple[float, ...]


class Encoder:
    """The weights of the package with what was learned added to them; keeps no state between sentences."""

    def __init__(self, weights: Weights, learned: Learned) -> None:
        self.shape = weights.shape
        self._weights = weights
        self._heads = learned.heads
        tensors = {**weights.tensors, **learned.replaced}
        for layer in range(FIRST_TAUGHT, self.shape.layers):
            for matrix in MATRICES:
                name = f"l{layer}.{matrix}.w"
                tensors[name] = tensors[name] + learned.addition(name)
        self._tensors = tensors

    def read(self, pieces: list[int], judged: int) -> Readout:
        """Return the readout of a row of pieces, of which the first `judged` are the sentence itself.

        Raises ValueError when the row is longer than the encoder's positions.
        """
        if not 0 < judged <= len(pieces) <= self.shape.positions:
            raise ValueError(f"{judged} of {len(pieces)} pieces, {self.shape.positions} at most")
        t = self._tensors
        around = (np.arange(len(pieces)) >= judged).astype(int)
        x = self._weights.words(pieces) + t["emb.pos"][: len(pieces)] + t["emb.type"][: self.shape.hidden]
        x = self._normed(x, "emb.ln")
        for layer in range(self.shape.layers):
            at = f"l{layer}."
            if layer == FIRST_TAUGHT:
                x = x + t[KINDS][around]
            x = self._normed(x + self._linear(self._attended(x, at), f"{at}ao"), f"{at}aln")
            x = self._normed(x + self._linear(_gelu(self._linear(x, f"{at}fi")), f"{at}fo"), f"{at}oln")
        summary = np.concatenate([x[:judged].mean(0), x[0]])
        sums = {name: w @ summary + b for name, (w, b) in self._heads.items()}
        return Readout(
            float(sums["mention"][0]),
            tuple(map(float, sums["polarity"])),
            tuple(map(float, sums["category"])),
        )

    def _attended(self, x: Array, at: str) -> Array:
        length, heads = len(x), self.shape.heads
        width = self.shape.hidden // heads
        q, k, v = (
            self._linear(x, at + name).reshape(length, heads, width).transpose(1, 0, 2) for name in "qkv"
        )
        strengths = q @ k.transpose(0, 2, 1) / np.float32(math.sqrt(width))
        strengths = np.exp(strengths - strengths.max(-1, keepdims=True))
        strengths /= strengths.sum(-1, keepdims=True)
        return np.asarray((strengths @ v).transpose(1, 0, 2).reshape(length, self.shape.hidden))

    def _linear(self, x: Array, name: str) -> Array:
        return np.asarray(x @ self._tensors[f"{name}.w"].T + self._tensors[f"{name}.b"])

    def _normed(self, x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + self.shape.epsilon)
        return np.asarray(centred / spread * self._tensors[f"{name}.w"] + self._tensors[f"{name}.b"])


def _gelu(x: Array) -> Array:
    """Return x · Φ(x), Φ by Abramowitz and Stegun 7.1.26 (error below 2e-7)."""
    z = np.abs(np.clip(x, -_FARTHEST_IN_GELU, _FARTHEST_IN_GELU)) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = series.astype(np.float32) * np.exp(-z * z) / 2
    return np.asarray(x * np.where(x < 0, tail, 1 - tail), dtype=np.float32)
