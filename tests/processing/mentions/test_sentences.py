"""French press text is cut where its sentences end, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.mentions.sentences import LONGEST, split


def _cut(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "M. Lavrov a reçu MM. Wang et Li.",
        "Le gén. Dubois et le col. Martin l'ont dit à J.-Y. Le Drian.",
        "L'U.R.S.S. n'existe plus.",
        "Selon l'art. 5 du traité, n° 12, p. 4.",
        "Il est 14 h. 30 à Moscou.",
        "« Vraiment ? » a-t-il lancé.",
        "« Jamais ! », a tonné le ministre.",
        "Des armes, des drones, etc. ont été livrés.",
        "Il a dit « peut-être… » puis s'est tu.",
        "Le pétrole vaut 72.50 dollars.",
    ],
)
def test_these_are_one_sentence(text: str) -> None:
    assert _cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi arrive. Poutine attend.", ["Xi arrive.", "Poutine attend."]),
        ("« Nous sommes amis. » Le ministre sourit.", ["« Nous sommes amis. »", "Le ministre sourit."]),
        ("Pourquoi ? Parce que.", ["Pourquoi ?", "Parce que."]),
        ("Un titre\n\nUn paragraphe.", ["Un titre", "Un paragraphe."]),
        ("La réunion est finie.Le lendemain, il part.", ["La réunion est finie.", "Le lendemain, il part."]),
    ],
)
def test_these_are_two(text: str, expected: list[str]) -> None:
    assert _cut(text) == expected


@pytest.mark.parametrize(
    "dateline", ["MOSCOU, 12 mars (AFP) - ", "PÉKIN, 3 mai 2024 (Xinhua) -- ", "NEW YORK (Reuters) – "]
)
def test_an_agency_dateline_is_no_part_of_the_sentence(dateline: str) -> None:
    assert _cut(dateline + "La réunion a commencé.") == ["La réunion a commencé."]


@given(st.text(st.sampled_from("aéA. !?…«»\"'()\n\u00a0;,-1")))
def test_sentences_are_in_order_disjoint_and_trimmed(text: str) -> None:
    found = split(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
    for sentence in found:
        piece = text[sentence.start : sentence.end]
        assert piece
        assert piece == piece.strip()


@given(st.text(st.sampled_from("aé. !?«»\n")))
def test_nothing_but_space_falls_between_sentences(text: str) -> None:
    kept = "".join(text[s.start : s.end] for s in split(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_a_text_without_any_stop_is_read_in_pieces() -> None:
    found = split("mot " * 5000)
    assert max(s.end - s.start for s in found) <= LONGEST
