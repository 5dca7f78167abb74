"""What stands at both ends of a text and repeats what the page says elsewhere."""

from __future__ import annotations

import pytest

from processing.clean.edges import strip_edges

FIRST = (
    "Les deux marines ont commencé mercredi des manœuvres au large de Vladivostok, "
    + "a dit un porte-parole " * 8
)
SECOND = "Quinze bâtiments y prennent part, selon la même source, " + "qui parle sous couvert d'anonymat " * 8


def text(*lines: str) -> str:
    return "\n".join([*lines, FIRST, SECOND])


@pytest.mark.parametrize(
    "line",
    [
        "Des manœuvres au large de Vladivostok",
        "Accueil > Défense > Des manœuvres au large de Vladivostok",
        "AFP, publié le mardi 9 juin 2026 à 09h19",
        "Publié le 09/06/2026 à 9:19, mis à jour le 10/06/2026 à 18 h 02",
        "Le Ponant avec AFP-Services, publié le jeudi 1er août 2026 à 7h00",
        "9 juin 2026",
        "Il y a 3 heures",
        "Mer du Japon Reportage",
    ],
)
def test_titles_trails_and_datelines_go(line: str) -> None:
    assert strip_edges(text(line), ["Des manœuvres au large de Vladivostok"])[0] == text()


@pytest.mark.parametrize(
    "line",
    [
        "Par Jeanne Carval",
        "Source AFP",
        "Par J.C. avec AFP",
        "De notre envoyé spécial à Vladivostok, Yann Le Goff",
        "La rédaction du Ponant",
    ],
)
def test_signatures_go_and_are_told(line: str) -> None:
    assert strip_edges(text(line), []) == (text(), [line])


def test_who_signed_is_told_at_the_end_too() -> None:
    assert strip_edges(f"{text()}\nJeanne Carval (à Brest)", [], ["Jeanne Carval"]) == (
        text(),
        ["Jeanne Carval (à Brest)"],
    )


@pytest.mark.parametrize(
    "line",
    [
        "Mardi, les deux pays ont publié un communiqué commun.",
        "Le 9 juin 2026, tout a changé entre Moscou et Pékin.",
        "Une rencontre annoncée par Pékin",
        "Par-delà l'Amour",
        "La rédaction du traité aura pris dix ans.",
        "Le service rendu à Pékin",
        "Tokyo réclame une enquête",
        "Retour sur un portrait",
    ],
)
def test_sentences_and_subheads_stay(line: str) -> None:
    assert strip_edges(text(line), ["Des manœuvres"]) == (text(line), [])


def test_the_days_of_a_chronicle_stay() -> None:
    days = text("9 juin 2026", "Le départ.", "10 juin 2026", "La rencontre.", "11 juin 2026", "Le retour.")
    assert strip_edges(days, []) == (days, [])


def test_the_title_said_again_in_the_middle_stays() -> None:
    again = f"{text()}\n{FIRST}\nDes manœuvres\n" + "\n".join([SECOND] * 5)
    assert strip_edges(again, ["Des manœuvres"]) == (again, [])
