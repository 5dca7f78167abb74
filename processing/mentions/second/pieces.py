"""Text cut into the vocabulary's pieces: SentencePiece's unigram model, the likeliest cut by Viterbi's algorithm.

Kudo, « Subword Regularization » (2018), section 3.1. Spaces become « ▁ » and one is put before the text, as
XLM-RoBERTa does; runs of spaces count as one.
"""

from __future__ import annotations

import re

from processing.mentions.second.weights_file import Vocabulary

_SPACE = "▁"
_SPACES = re.compile(r" {2,}")
_LONGEST = 16
"""Characters: no piece of the vocabulary that matters for French is longer."""
_UNKNOWN_COST = 10.0


class Cutter:
    """Cuts texts into pieces."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._worst = min(score for _, score in vocabulary.scores.values()) - _UNKNOWN_COST

    def cut(self, text: str) -> list[int]:
        """Return the pieces of a text, neither begin nor end among them; [] for no text."""
        plain = _SPACES.sub(" ", text.translate(self.vocabulary.replaced)).replace(" ", _SPACE)
        if not plain.startswith(_SPACE):
            plain = _SPACE + plain
        scores, length = self.vocabulary.scores, len(plain)
        best = [0.0] + [float("-inf")] * length
        came: list[tuple[int, int]] = [(0, 0)] * (length + 1)
        for start in range(length):
            so_far = best[start]
            if so_far + self._worst > best[start + 1]:
                best[start + 1], came[start + 1] = so_far + self._worst, (start, self.vocabulary.unknown)
            for stop in range(start + 1, min(length, start + _LONGEST) + 1):
                piece = scores.get(plain[start:stop])
                if piece is not None and so_far + piece[1] > best[stop]:
                    best[stop], came[stop] = so_far + piece[1], (start, piece[0])
        pieces, at = [], length
        while at > 0:
            at, piece_id = came[at]
            pieces.append(piece_id)
        return pieces[::-1]
