"""Which lines are none of the article's, and that sentences which only resemble them stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.clean.furniture import BEFORE, is_furniture, strip_furniture

FURNITURE = """
À lire aussi : Le détroit de Béring, nouvelle frontière des garde-côtes
À LIRE AUSSILe porte-avions rentre à Toulon
Lire aussi | Nos correspondants à Vladivostok racontent
>> Ce que l'on sait de la visite du ministre
Voir aussi notre galerie d'images
Sur le même sujet
La suite après cette publicité
Article réservé aux abonnés
Il vous reste 61.2% de cet article à lire. La suite est réservée aux abonnés.
Déjà abonné ? Se connecter
Pour lire la suite
Pour accéder en illimité
1 € le 1er mois puis 9,90 € par mois
Recevez chaque matin notre newsletter sur la défense
Cet article est paru dans notre newsletter « La lettre du large »
Temps de lecture : 4 min
Lecture 3 min.
Partager sur Facebook
Suivez-nous sur WhatsApp
12 commentaires
Téléchargez notre application pour ne rien manquer
© Léonie Carval / Agence du Ponant
Crédit photo : Armée de mer
J. Martel/Getty Images via AFP
Tous droits de reproduction et de représentation réservés
Nous utilisons des cookies pour améliorer nos services.
Vous souhaitez nous signaler une erreur ? Écrivez à redaction@exemple.fr
Mots-clés
[object Object]
—
""".strip().splitlines()

SENTENCES = """
Pékin a lu aussi bien la lettre que ses annexes.
Lire Pouchkine à Pékin reste un geste politique, dit-il.
Les abonnés au gaz russe paieront davantage.
Vous avez été en contact avec l'état-major chinois ?
Vous avez écrit que cette alliance durerait. Le pensez-vous encore ?
Pour profiter de l'offre de Moscou, Pékin devra construire un second gazoduc.
Pour lire les intentions du Kremlin, il faut regarder ses exercices.
« Partager nos renseignements sur les sous-marins » : telle est l'offre de Moscou.
Suivez le gaz, et vous comprendrez la guerre.
Une photo montre les deux ministres à bord.
Notre direct avec Vladivostok a été coupé, explique le général.
En lisant la déclaration commune, on voit ce qui manque.
Le commentaire de Pékin n'a pas tardé.
Dix minutes de lecture suffisent à comprendre le traité, ironise un diplomate.
""".strip().splitlines()


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_that_serves_the_site_goes(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_resembles_one_stays(line: str) -> None:
    assert not is_furniture(line)


def test_what_follows_a_heading_of_other_articles_is_not_of_the_article() -> None:
    text = f"{'mot ' * BEFORE}\nSur le web\nUn tout autre sujet, raconté en une phrase."
    assert strip_furniture(text) == ("mot " * BEFORE).strip()


def test_such_a_heading_near_the_beginning_ends_nothing() -> None:
    text = "Les deux marines ont manœuvré ensemble.\nLes plus lus\nLa flotte est rentrée hier."
    assert strip_furniture(text).splitlines() == [
        "Les deux marines ont manœuvré ensemble.",
        "La flotte est rentrée hier.",
    ]


@given(st.text())
def test_only_whole_lines_are_taken_out(text: str) -> None:
    lines = [line.strip() for line in text.splitlines()]
    assert all(line in lines for line in strip_furniture(text).splitlines())
