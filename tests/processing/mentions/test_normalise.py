"""Matching sees uniform text; offsets always come back to the text given."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.mentions.normalise import normalise

_TRICKY = st.text(
    st.characters() | st.sampled_from("éÉİŒœ’\u00a0\u202f‑\u0301\u0327«»\U0001f1eb가\u1100\u1161\u11a8ǆﬁ")
)


@pytest.mark.parametrize(
    ("given_text", "low"),
    [
        ("L’APL", "l'apl"),
        ("Moscou\u00a0: Pékin", "moscou : pékin"),
        ("Sino‑russe", "sino-russe"),
        ("PE\u0301KIN", "pékin"),
    ],
)
def test_typography_and_case_become_uniform(given_text: str, low: str) -> None:
    assert normalise(given_text).low == low


def test_offsets_survive_a_letter_written_as_base_and_accent() -> None:
    text = "Pe\u0301kin et Moscou"
    norm = normalise(text)
    start = norm.low.index("moscou")
    s, e = norm.given_span(start, start + len("moscou"))
    assert text[s:e] == "Moscou"


def test_a_capital_that_lowers_to_two_characters_keeps_one_for_one() -> None:
    norm = normalise("İstanbul, la Chine")
    assert len(norm.low) == len(norm.raw)
    assert "la chine" in norm.low


@given(_TRICKY)
def test_any_text_is_normalised_with_offsets_inside_it(text: str) -> None:
    norm = normalise(text)
    assert len(norm.low) == len(norm.raw)
    edges = [norm.given_span(i, i)[0] for i in range(len(norm.low) + 1)]
    assert edges == sorted(edges)
    assert edges[-1] == len(text)


@given(_TRICKY)
def test_a_whole_word_found_is_the_same_word_in_the_text_given(text: str) -> None:
    norm = normalise(f"{text} Moscou {text}")
    start = norm.raw.index(" Moscou ") + 1
    s, e = norm.given_span(start, start + 6)
    assert unicodedata.normalize("NFC", norm.given[s:e]) == "Moscou"
