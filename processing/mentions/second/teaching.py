"""The encoder as torch sees it while it is taught: frozen matrices with thin additions, and three readings.

Needs torch (extra `fitting`); used by `fitting` alone. The same sums as `encoder`; what `fitting` prints is read by
`encoder` from what was learned here, so that a difference between the two would show in its figures.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from torch import Tensor, nn

from processing.mentions.second.learned import FIRST_TAUGHT, HEADS, KINDS, MATRICES, layer_of
from processing.mentions.second.lessons import NONE, Lesson
from processing.mentions.second.weights_file import Array, Weights

RANK = 8
SCALE = 2.0
DROPPED = 0.1
SMOOTHED = 0.05
POLARITY_COUNTS, CATEGORY_COUNTS = 0.5, 0.35
_WARMING = 0.1
_CLIPPED = 1.0
_SHUFFLED_LENGTH = 30.0
_LINEAR_RATE, _LINEAR_STEPS, _LINEAR_RIDGE = 0.01, 300, 2e-3
_READ_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast to teach."""

    epochs: int
    rate: float
    batch: int = 16
    decay: float = 0.01
    seed: int = 20261101


class Pupil(nn.Module):  # type: ignore[misc] # torch is not there when types are checked
    """The encoder with what is being learned."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.weights, self.shape = weights, weights.shape
        self.frozen: dict[str, Tensor] = {}
        free: dict[str, nn.Parameter] = {}
        for name, array in weights.tensors.items():
            tensor = torch.tensor(np.array(array))
            if layer_of(name) < FIRST_TAUGHT:
                self.frozen[name] = tensor
            elif name.split(".")[1] in MATRICES and name.endswith(".w"):
                self.frozen[name] = tensor
                free[f"{name}:right"] = nn.Parameter(
                    torch.randn(RANK, tensor.shape[1]) / math.sqrt(tensor.shape[1])
                )
                free[f"{name}:left"] = nn.Parameter(torch.zeros(tensor.shape[0], RANK))
            else:
                free[name] = nn.Parameter(tensor)
        free[KINDS] = nn.Parameter(torch.zeros(2, self.shape.hidden))
        for head, size in HEADS.items():
            free[f"{head}:head"] = nn.Parameter(torch.zeros(size, 2 * self.shape.hidden))
            free[f"{head}:bias"] = nn.Parameter(torch.zeros(size))
        self.free = nn.ParameterDict({_key(name): value for name, value in free.items()})

    def begin_from(self, arrays: Mapping[str, Array]) -> None:
        """Take over what was learned before; raises KeyError or RuntimeError when it is not of this shape."""
        for name, array in arrays.items():
            value = torch.tensor(array / (SCALE if name.endswith(":left") else 1.0))
            self.free[_key(name)].data.copy_(value)

    def begin_linear(self, lessons: Sequence[Lesson]) -> None:
        """Set the three readings to a linear fit on what the encoder makes of the lessons before it is taught.

        Readings that begin at zero learn nothing for an epoch and a half: all vectors have a large part in common,
        which the first steps follow (linear probing, then fine-tuning: Kumar et al., 2022).
        """
        vectors = self._summaries(lessons)
        centre, spread = vectors.mean(0), vectors.std(0) + 1e-3
        heads = {head: (self.free[f"{head}:head"], self.free[f"{head}:bias"]) for head in HEADS}
        own = [part for pair in heads.values() for part in pair]
        optimiser = torch.optim.Adam(own, lr=_LINEAR_RATE)
        for _ in range(_LINEAR_STEPS):
            sums = [F.linear((vectors - centre) / spread, matrix, bias) for matrix, bias in heads.values()]
            loss = _loss((sums[0][:, 0], sums[1], sums[2]), lessons)
            loss = loss + _LINEAR_RIDGE * sum((matrix * matrix).sum() for matrix, _ in heads.values())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            for matrix, bias in heads.values():
                matrix /= spread
                bias -= matrix @ centre
        sys.stderr.write(f"readings begin at a linear fit, loss {loss.item():.3f}\n")

    def arrays(self) -> dict[str, Array]:
        """Return what was learned, by the names of `learned`."""
        found = {_name(key): value.detach().numpy() for key, value in self.free.items()}
        return {name: array * (SCALE if name.endswith(":left") else 1.0) for name, array in found.items()}

    def forward(self, words: Tensor, there: Tensor, judged: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the three sums of a batch; `there` marks the pieces, `judged` those of the sentence (0 or 1)."""
        summary = self._dropped(self.summary(words, there, judged))
        mention, polarity, category = (
            F.linear(summary, self._tensor(f"{head}:head"), self._tensor(f"{head}:bias")) for head in HEADS
        )
        return mention[:, 0], polarity, category

    def summary(self, words: Tensor, there: Tensor, judged: Tensor) -> Tensor:
        """Return the vector of each sentence of a batch: the mean of its pieces, and the first piece."""
        absent = ((1 - there) * -1e4)[:, None, None, :]
        with torch.no_grad():
            kind = self.frozen["emb.type"][: self.shape.hidden]
            x = self._normed(words + self.frozen["emb.pos"][: words.shape[1]] + kind, "emb.ln")
            for layer in range(FIRST_TAUGHT):
                x = self._layer(x, absent, f"l{layer}.")
        x = self._dropped(x.float() + self._tensor(KINDS)[(judged == 0).long()])
        for layer in range(FIRST_TAUGHT, self.shape.layers):
            x = self._layer(x, absent, f"l{layer}.")
        x = x.float()
        mean = (x * judged[..., None]).sum(1) / judged.sum(1, keepdim=True)
        return torch.cat([mean, x[:, 0]], -1)

    def _summaries(self, lessons: Sequence[Lesson]) -> Tensor:
        by_length = sorted(range(len(lessons)), key=lambda i: len(lessons[i].row))
        found = torch.zeros(len(lessons), 2 * self.shape.hidden)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for at in range(0, len(lessons), _READ_AT_ONCE):
                batch = by_length[at : at + _READ_AT_ONCE]
                found[batch] = self.summary(*_batch(self, [lessons[i] for i in batch]))
        return found

    def _layer(self, x: Tensor, absent: Tensor, at: str) -> Tensor:
        count, length, hidden = x.shape
        heads = self.shape.heads
        q, k, v = (
            self._linear(x, at + name).view(count, length, heads, -1).transpose(1, 2) for name in "qkv"
        )
        strengths = q @ k.transpose(-1, -2) / math.sqrt(hidden // heads) + absent.to(q.dtype)
        mixed = (torch.softmax(strengths, -1) @ v).transpose(1, 2).reshape(count, length, hidden)
        x = self._normed(x + self._dropped(self._linear(mixed, f"{at}ao")), f"{at}aln")
        inner = F.gelu(self._linear(x, f"{at}fi"))
        return self._normed(x + self._dropped(self._linear(inner, f"{at}fo")), f"{at}oln")

    def _tensor(self, name: str) -> Tensor:
        return self.frozen[name] if name in self.frozen else self.free[_key(name)]

    def _linear(self, x: Tensor, name: str) -> Tensor:
        matrix = self.frozen[f"{name}.w"]
        if layer_of(name) >= FIRST_TAUGHT:
            left, right = self.free[_key(f"{name}.w:left")], self.free[_key(f"{name}.w:right")]
            matrix = matrix + SCALE * (left @ right)
        return F.linear(x, matrix, self._tensor(f"{name}.b"))

    def _normed(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(
            x, (self.shape.hidden,), self._tensor(f"{name}.w"), self._tensor(f"{name}.b"), self.shape.epsilon
        )

    def _dropped(self, x: Tensor) -> Tensor:
        """Drop the same features of all a sentence's pieces: a mask for each piece costs more than the sums."""
        if not self.training or not torch.is_grad_enabled():
            return x
        mask = torch.rand(x.shape[0], *([1] * (x.dim() - 2)), x.shape[-1]) > DROPPED
        return x * mask.to(x.dtype) / (1 - DROPPED)


def _key(name: str) -> str:
    return name.replace(".", "/")


def _name(key: str) -> str:
    return key.replace("/", ".")


def _batch(pupil: Pupil, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(lesson.row) for lesson in lessons)
    words = torch.zeros(len(lessons), longest, pupil.shape.hidden)
    there, judged = torch.zeros(len(lessons), longest), torch.zeros(len(lessons), longest)
    for i, lesson in enumerate(lessons):
        words[i, : len(lesson.row)] = torch.from_numpy(pupil.weights.words(lesson.row))
        there[i, : len(lesson.row)] = 1
        judged[i, : lesson.judged] = 1
    return words, there, judged


def _batches(lessons: Sequence[Lesson], size: int, order: random.Random) -> Iterator[list[Lesson]]:
    """Yield the lessons in batches of like length, the batches in random order."""
    by_length = sorted(lessons, key=lambda lesson: len(lesson.row) + order.uniform(0, _SHUFFLED_LENGTH))
    batches = [by_length[i : i + size] for i in range(0, len(by_length), size)]
    order.shuffle(batches)
    yield from batches


def _loss(sums: tuple[Tensor, Tensor, Tensor], lessons: Sequence[Lesson]) -> Tensor:
    mention, polarity, category = sums
    weights = torch.tensor([lesson.weight for lesson in lessons])
    label = torch.tensor([float(lesson.gold.coop) for lesson in lessons]) * (1 - 2 * SMOOTHED) + SMOOTHED
    each = F.binary_cross_entropy_with_logits(mention.float(), label, reduction="none")
    total = (each * weights).sum() / weights.sum()
    for counts, sums_of, targets in (
        (POLARITY_COUNTS, polarity, [lesson.polarity for lesson in lessons]),
        (CATEGORY_COUNTS, category, [lesson.category for lesson in lessons]),
    ):
        if any(target != NONE for target in targets):
            total = total + counts * F.cross_entropy(
                sums_of.float(), torch.tensor(targets), ignore_index=NONE, label_smoothing=SMOOTHED
            )
    return total


def teach(
    weights: Weights, lessons: Sequence[Lesson], course: Course, before: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """Return what is learned, by AdamW with a warm-up and a linear decline; progress goes to stderr.

    `before` is what was learned in an earlier course, from which this one goes on.
    """
    torch.manual_seed(course.seed)
    order = random.Random(course.seed)  # noqa: S311 (shuffling, not secrets)
    pupil = Pupil(weights)
    if before is None:
        pupil.begin_linear(lessons)
    else:
        pupil.begin_from(before)
    parameters = list(pupil.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=course.rate, weight_decay=course.decay)
    steps = course.epochs * math.ceil(len(lessons) / course.batch)
    warm = _WARMING * steps
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / steps)
    )
    pupil.train()
    for epoch in range(1, course.epochs + 1):
        losses = []
        for batch in _batches(lessons, course.batch, order):
            with torch.autocast("cpu", torch.bfloat16):
                sums = pupil(*_batch(pupil, batch))
            loss = _loss(sums, batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, _CLIPPED)
            optimiser.step()
            pace.step()
            losses.append(loss.item())
            if len(losses) % 25 == 0:
                sys.stderr.write(
                    f"\repoch {epoch}/{course.epochs}, {len(losses) * course.batch} of {len(lessons)} sentences,"
                    f" loss {sum(losses) / len(losses):.3f} "
                )
        sys.stderr.write("\n")
    return pupil.arrays()
