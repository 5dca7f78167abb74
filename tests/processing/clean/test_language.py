"""The language of a text, by its body."""

from __future__ import annotations

import pytest

from processing.clean.language import language_of

FRENCH = (
    "Les deux marines ont commencé mercredi des manœuvres communes au large du port, selon le ministère de la défense. "
    "Une douzaine de bâtiments y prennent part, et les pêcheurs se plaignent des zones qui leur sont interdites. "
)
ENGLISH = (
    "The two navies began joint drills off the port on Wednesday, according to the ministry of defence. A dozen ships "
    "take part, and fishermen complain about the areas that are closed to them for the whole week. "
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH, "fr"),
        (ENGLISH, "en"),
        # Of Belgium, Switzerland, Canada and Africa.
        (
            "Le bourgmestre a annoncé que nonante habitants seraient relogés d'ici septante jours, a-t-il dit mardi.",
            "fr",
        ),
        (
            "La conseillère fédérale s'est dite confiante que les cantons trouveront un compromis avant la votation.",
            "fr",
        ),
        (
            "Le premier ministre a rencontré les élus de la belle province pour jaser du chantier naval de Lévis.",
            "fr",
        ),
        (
            "Le préfet a instruit les forces de défense et de sécurité de sécuriser le marché, a-t-on appris.",
            "fr",
        ),
        # What resembles it and is not.
        (
            "Prezidan an te di li pral rankontre minis defans peyi Larisi a nan vil la, men li pa t vle bay detay. "
            "Moun nan zòn nan ap tann pou yo wè sa k ap pase ak travay pò a.",
            "ht",
        ),
        (
            "Lo president de la region a dich que los trabalhs del pòrt començarián dins qualques setmanas, mas los "
            "pescaires vòlon pas que la mar siá barrada pendent l'estiu tot entièr.",
            "oc",
        ),
        (
            "El presidente de la región dijo que las obras del puerto comenzarían dentro de unas semanas.",
            "es",
        ),
        (
            "Il presidente della regione ha detto che i lavori del porto inizieranno fra qualche settimana.",
            "it",
        ),
    ],
)
def test_a_text_is_told_by_its_words(text: str, language: str) -> None:
    assert language_of(text, "fr") == language


def test_a_french_text_with_english_in_it_is_french() -> None:
    assert language_of(FRENCH + ENGLISH + FRENCH * 2, "en") == "fr"


def test_an_english_text_under_a_french_lead_is_english() -> None:
    assert language_of(FRENCH + ENGLISH * 8, "fr") == "en"


def test_without_words_the_page_has_its_say() -> None:
    assert language_of("", "fr-CA") == "fr"
    assert language_of("", None) == "und"


def test_a_french_text_under_an_english_lead_is_french() -> None:
    assert language_of(ENGLISH + FRENCH * 8, "en") == "fr"
