"""When two articles carry the same story: copies of a dispatch, rewrites under another title, updates.

A text is the set of its shingles, every run of four words (Broder, « On the resemblance and containment of documents »,
1997). Two texts carry the same story when they share enough of them and half of those of the shorter one: an update
holds the first dispatch, a cut copy is held by the whole one. A sketch, a small part of the shingles chosen by their
digests alone, finds which texts are worth comparing. Pure.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Collection, Hashable
from datetime import timedelta
from typing import Final, Generic, TypeVar

from processing.clean.wording import folded

Node = TypeVar("Node", bound=Hashable)

WORDS: Final = 4
"""In a shingle."""
SHARED: Final = 30
"""Shingles that two texts must share at least: a shorter agreement is a quotation or a background paragraph."""
SHARE: Final = 0.5
"""Of the shingles of the shorter text. Of recorded articles copies and updates share .96, others .35 at most."""
WINDOW: Final = timedelta(days=14)
"""Between the two articles."""
SAMPLED: Final = 32
"""One shingle in so many is in the sketch: as many of a part as of the whole, so that a cut copy is found."""
LEAST: Final = 8
"""Of the smallest digests are in it in any case, for short texts."""
AGREEING: Final = 2
AGREEING_SHARE: Final = 0.2
"""Values of their sketches that two texts must share to be compared, and their share of the smaller one: a background
paragraph that an agency repeats in every dispatch has two or three in a sketch of twenty."""


def shingles(text: str) -> frozenset[int]:
    """The digests of a text's shingles, signed numbers of 64 bits; case, accents and punctuation ignored."""
    words = re.findall(r"\w+", folded(text))
    return frozenset(
        int.from_bytes(
            hashlib.blake2b(" ".join(words[at : at + WORDS]).encode(), digest_size=8).digest(), signed=True
        )
        for at in range(len(words) - WORDS + 1)
    )


def sketch(of: frozenset[int]) -> frozenset[int]:
    """The part of the shingles by which texts worth comparing are found."""
    return frozenset(heapq.nsmallest(LEAST, of)) | {digest for digest in of if digest % SAMPLED == 0}


def same_story(one: frozenset[int], other: Collection[int]) -> bool:
    """Whether two texts, by their shingles (each once), carry the same story."""
    shared = len(one.intersection(other))
    return shared >= SHARED and shared >= SHARE * min(len(one), len(other))


class Components(Generic[Node]):
    """The connected components of a graph that grows: what belongs together whatever the order in which it came."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}

    def _root(self, node: Node) -> Node:
        parent = self._parent
        while parent.setdefault(node, node) != node:
            parent[node] = node = parent[parent[node]]
        return node

    def join(self, one: Node, other: Node) -> None:
        """Say that these two belong together; a node alone is joined to itself."""
        self._parent[self._root(one)] = self._root(other)

    def together(self, one: Node, other: Node) -> bool:
        """Whether they are known to belong together."""
        return self._root(one) == self._root(other)

    def groups(self) -> list[frozenset[Node]]:
        """All nodes, by component."""
        found: dict[Node, set[Node]] = {}
        for node in list(self._parent):
            found.setdefault(self._root(node), set()).add(node)
        return [frozenset(group) for group in found.values()]
