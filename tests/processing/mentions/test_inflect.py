"""The lexicon holds dictionary forms; the program knows their inflections."""

import pytest

from processing.errors import LexiconError
from processing.mentions.inflect import Tense, agreements, conjugate, phrase_forms, spelling_variants


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        (
            "livrer",
            {
                "livre",
                "livrent",
                "livrera",
                "livreraient",
                "livré",
                "livrées",
                "livrèrent",
                "livrait",
                "livrons",
            },
        ),
        ("soutenir", {"soutient", "soutiennent", "soutiendra", "soutenait", "soutint", "soutenues"}),
        ("fournir", {"fournit", "fournissent", "fournira", "fournissons", "fournies"}),
        ("démentir", {"dément", "démentent", "démentait", "démentira", "démenti"}),
        ("recevoir", {"reçoit", "reçoivent", "recevra", "reçut", "reçue"}),
        ("vendre", {"vend", "vendent", "vendra", "vendait", "vendu"}),
        ("échanger", {"échange", "échangeons", "échangeait", "échangea"}),
        ("dénoncer", {"dénonce", "dénonçait", "dénonça", "dénonçant"}),
        ("accélérer", {"accélère", "accélèrent", "accélérait"}),
        ("appuyer", {"appuie", "appuient", "appuiera", "appuyait"}),
        ("envoyer", {"envoie", "enverra", "enverraient"}),
        ("craindre", {"craint", "craignent", "craignait", "craindra"}),
        ("conclure", {"conclut", "concluent", "conclu", "conclura"}),
    ],
)
def test_verbs_are_conjugated(verb: str, forms: set[str]) -> None:
    assert forms <= {form for form, _ in conjugate(verb)}


def test_a_form_carries_its_tense() -> None:
    tenses = dict(conjugate("livrer"))
    assert tenses["livrera"] is Tense.FUTURE
    assert tenses["livrerait"] is Tense.CONDITIONAL
    assert tenses["livré"] is Tense.PARTICIPLE


def test_a_verb_of_unknown_family_is_refused() -> None:
    with pytest.raises(LexiconError, match="cannot conjugate 'absoudrx'"):
        list(conjugate("absoudrx"))


@pytest.mark.parametrize(
    ("adjective", "forms"),
    [
        ("chinois", ("chinois", "chinoise", "chinoises")),
        ("russe", ("russe", "russes")),
        ("européen", ("européen", "européens", "européenne", "européennes")),
        ("bilatéral", ("bilatéral", "bilatéraux", "bilatérale", "bilatérales")),
        ("grec", ("grec", "grecs", "grecque", "grecques")),
        ("turc", ("turc", "turcs", "turque", "turques")),
    ],
)
def test_adjectives_agree(adjective: str, forms: tuple[str, ...]) -> None:
    assert set(agreements(adjective)) == set(forms)


@pytest.mark.parametrize(
    ("phrase", "plural"),
    [
        ("exercice militaire conjoint", "exercices militaires conjoints"),
        ("visite d'État", "visites d'État"),
        ("machine-outil", "machines-outils"),
        ("droit de veto", "droits de veto"),
    ],
)
def test_a_noun_phrase_takes_its_plural_up_to_its_preposition(phrase: str, plural: str) -> None:
    assert plural in phrase_forms(phrase)


def test_headlines_drop_accents_from_capitals_and_ligatures() -> None:
    assert "etats-unis" in spelling_variants("états-unis")
    assert "manoeuvre" in spelling_variants("manœuvre")
