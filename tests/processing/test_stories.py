"""Which texts carry the same story."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.stories import AGREEING, SHARED, Components, same_story, shingles, sketch
from tests.processing.dispatches import dispatch


def test_a_copy_under_another_name_and_punctuation_carries_the_same_story() -> None:
    text = dispatch(1)
    copy = text.replace("’", "'").replace(".", " !").upper()
    assert same_story(shingles(text), shingles(copy))
    assert sketch(shingles(text)) == sketch(shingles(copy))


@pytest.mark.parametrize("seed", range(20))
def test_an_update_a_cut_and_a_rewrite_carry_the_same_story(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    sentences = dispatch(seed).split("\n")
    update = "\n".join([*sentences, *dispatch(1000 + seed).split("\n")[: len(sentences) // 2]])
    cut = "\n".join(sentences[: max(4, len(sentences) // 3)])
    rewrite = "\n".join(
        sentence if chance.random() < 0.75 else dispatch(2000 + seed).split("\n")[n]
        for n, sentence in enumerate(sentences)
    )
    whole = shingles("\n".join(sentences))
    for other in (update, cut, rewrite):
        assert same_story(whole, shingles(other))
        assert len(sketch(whole) & sketch(shingles(other))) >= AGREEING


def test_two_texts_on_one_subject_do_not() -> None:
    for one, other in pairwise(dispatch(seed) for seed in range(40)):
        assert not same_story(shingles(one), shingles(other))


def test_a_paragraph_in_common_is_not_enough() -> None:
    background = (
        "Moscou et Pékin ont signé en 2001 un traité de bon voisinage, renouvelé vingt ans plus tard."
    )
    one, other = (f"{dispatch(seed)}\n{background}" for seed in (3, 4))
    assert not same_story(shingles(one), shingles(other))


def test_very_short_texts_are_never_compared_by_parts() -> None:
    assert not same_story(shingles("Pékin dément."), shingles("Pékin dément."))
    assert len(shingles(" ".join(str(n) for n in range(SHARED + 3)))) == SHARED


@given(st.text())
def test_any_text_has_shingles_and_a_sketch_of_them(text: str) -> None:
    assert sketch(shingles(text)) <= shingles(text)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20), st.randoms())
def test_what_belongs_together_does_not_depend_on_the_order(
    pairs: list[tuple[int, int]], chance: random.Random
) -> None:
    found = joined(pairs)
    other = [(b, a) if chance.random() < 0.5 else (a, b) for a, b in pairs]
    chance.shuffle(other)
    assert set(found.groups()) == set(joined(other).groups())
    nodes = {node for pair in pairs for node in pair}
    assert sorted(node for group in found.groups() for node in group) == sorted(nodes)
    for one in nodes:
        assert {other for other in nodes if found.together(one, other)} in found.groups()


def joined(pairs: list[tuple[int, int]]) -> Components[int]:
    components: Components[int] = Components()
    for one, other in pairs:
        components.join(one, other)
    return components
