"""Who signed: people, agencies, and nobody."""

from __future__ import annotations

import pytest
from lxml import html

from processing.clean.facts import Facts
from processing.clean.signatures import Signed, bylines_of, stated_by, with_bylines, with_credit


@pytest.mark.parametrize(
    ("line", "people", "agency"),
    [
        ("Par Jeanne Carval", ("Jeanne Carval",), None),
        ("Par Jeanne Carval et Yann Le Goff, avec AFP", ("Jeanne Carval", "Yann Le Goff"), "AFP"),
        ("JEANNE CARVAL, YANN MARTEL Envoyés spéciaux à Vladivostok", ("Jeanne Carval", "Yann Martel"), None),
        ("Recueilli par Jeanne Carval.", ("Jeanne Carval",), None),
        ("Article rédigé par Jeanne Carval", ("Jeanne Carval",), None),
        ("Reportage Jeanne Carval", ("Jeanne Carval",), None),
        ("Jeanne Carval (Bruxelles, bureau européen)", ("Jeanne Carval",), None),
        ("Jeanne Carval 19 février 2026, 10:01", ("Jeanne Carval",), None),
        ("Jeanne Carval, journaliste", ("Jeanne Carval",), None),
        ("La rédaction avec Reuters", (), "Reuters"),
        ("Source AFP", (), "AFP"),
        ("Télévision du Ponant", (), None),
        ("admin", (), None),
    ],
)
def test_a_byline_names_people_and_agencies(line: str, people: tuple[str, ...], agency: str | None) -> None:
    assert with_bylines(Signed((), None), [line], outlets=()) == Signed(people, agency)


def test_what_json_ld_states_comes_before_the_page() -> None:
    facts = Facts(
        article={"author": [{"@type": "Person", "name": "Jeanne Carval"}]}, meta={"author": "Le Ponant"}
    )
    signed = stated_by(facts)
    assert signed == Signed(("Jeanne Carval",), None)
    assert with_bylines(signed, ["Par Yann Martel avec AFP"], outlets=()) == Signed(("Jeanne Carval",), "AFP")


@pytest.mark.parametrize(
    "body", ["Brest (AFP) – Deux navires.\nIls partent.", "Deux navires.\nIls partent. (avec AFP)"]
)
def test_a_text_credits_its_agency_at_its_edges_unless_one_is_known(body: str) -> None:
    assert with_credit(Signed((), None), body).agency == "AFP"
    assert with_credit(Signed((), "Reuters"), body).agency == "Reuters"
    assert with_credit(Signed((), None), "Deux navires.").agency is None


def test_an_outlet_is_no_person() -> None:
    facts = Facts(article={"author": {"name": "Le Ponant"}}, meta={"og:site_name": "Le Ponant"})
    assert stated_by(facts).people == ()
    assert with_bylines(stated_by(facts), ["Par Le Ponant"], facts.outlets).people == ()


def test_bylines_stand_between_the_title_and_the_second_paragraph() -> None:
    long = "mot " * 40
    page = html.document_fromstring(
        f"""<body><span class="author">Jacques Ailleurs</span><h1>Des manœuvres</h1>
        <div class="article-author">Par Jeanne Carval</div><p>{long}</p><a rel="author">Yann Martel</a>
        <p>{long}</p><p>{long}</p><span class="author">Paul Commentaire</span></body>"""
    )
    assert bylines_of(page, "Des manœuvres") == ["Par Jeanne Carval", "Yann Martel"]
