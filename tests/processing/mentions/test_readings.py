"""How sentences are read: anaphora, offices in time, government, qualities, speakers and codes."""

import datetime
from functools import partial

import pytest

from processing.mentions import Mention
from processing.mentions import flag_text as flag_text_with_both_tiers

flag_text = partial(flag_text_with_both_tiers, tiers=1)


def _one(text: str, **given: object) -> Mention:
    found = flag_text(text, **given)  # type: ignore[arg-type]
    assert found, f"no mention in {text!r}"
    return max(found, key=lambda m: m.score)


# --- anaphora


@pytest.mark.parametrize(
    ("context", "text"),
    [
        ("La Russie et la Chine ont signé un traité.", "Les deux pays approfondissent leur coopération."),
        ("Poutine a reçu Xi Jinping.", "Les deux hommes se sont entretenus deux heures."),
        ("La Chine et la Russie ont scellé une alliance.", "Cette alliance dure depuis dix ans."),
        ("Moscou et Pékin se sont rapprochés.", "Leurs échanges commerciaux ont doublé."),
    ],
)
def test_the_pair_spoken_of_is_understood(context: str, text: str) -> None:
    assert flag_text(text, context=context)
    assert not flag_text(text)


@pytest.mark.parametrize(
    "context",
    [
        "La Russie et l'Inde ont signé un traité, loin de Pékin.",
        "La Chine et le Vietnam négocient. La Russie observe.",
    ],
)
def test_another_pair_hides_the_dyad(context: str) -> None:
    assert not flag_text("Les deux pays approfondissent leur coopération.", context=context)


@pytest.mark.parametrize(
    "text",
    [
        "Le président russe a vanté ses nouveaux missiles.",
        "La Chine a signé la convention sur la biodiversité.",
        "Moscou se tourne vers l'Inde.",
        "La Chine organise des exercices avec d'autres nations.",
    ],
)
def test_the_partner_is_not_implied_by_every_sentence_about_one_side(text: str) -> None:
    assert not flag_text(text, context="La Russie et la Chine ont resserré leur alliance.")


def test_the_partner_is_implied_where_one_side_holds_what_takes_two() -> None:
    context = "La Russie organise des manœuvres communes avec la Chine."
    assert flag_text("La Chine participera aux exercices en septembre.", context=context)


def test_we_in_an_open_quotation_is_its_speaker() -> None:
    context = "« Rien ne nous arrêtera, a déclaré Sergueï Lavrov."
    assert flag_text("Notre coopération avec la Chine continue. »", context=context)
    assert not flag_text("Notre coopération avec la Chine continue.")


def test_the_speaker_of_a_quotation_is_named_in_the_words_that_opened_it() -> None:
    context = "« Rien ne nous arrêtera, a déclaré Sergueï Lavrov."
    speaker = _one("La Chine et la Russie sont alliées. »", context=context).speaker
    assert speaker is not None
    assert (speaker.text, speaker.side) == ("Sergueï Lavrov", "RUS")


def test_a_bare_surname_needs_its_full_name_first() -> None:
    text = "Lavrov a rencontré Wang à Bali."
    assert not flag_text(text)
    assert flag_text(text, context="Wang Yi est arrivé à Bali.")


# --- offices in time


def test_a_defence_minister_meets_soldiers_only_while_in_office() -> None:
    text = "Sergueï Choïgou s'est entretenu avec Li Shangfu."
    assert _one(text, date=datetime.date(2023, 8, 15)).category == "MIL_DIPLO"
    assert "out_of_office" in _one(text, date=datetime.date(2025, 8, 15)).features


# --- government


@pytest.mark.parametrize(
    "text",
    [
        "La coopération entre Pékin et Téhéran s'étend, tandis que Moscou regarde ailleurs.",
        "Le Kazakhstan coopère avec la Chine dans l'énergie et avec la Russie dans l'espace.",
        "La Russie vend des missiles à l'Inde et la Chine des sous-marins au Pakistan.",
        "Séoul resserre son alliance avec Tokyo face à la Chine et à la Russie.",
        "La Chine et la Biélorussie ont signé un partenariat stratégique.",
    ],
)
def test_a_trigger_that_belongs_to_others_gives_no_mention(text: str) -> None:
    assert flag_text(text) == []


# --- qualities


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("La Chine dément livrer des drones à la Russie.", "denied"),
        ("Aucun accord n'a été signé entre la Chine et la Russie.", "denied"),
        ("La Chine n'a pas livré d'armes à la Russie.", "denied"),
        ("La Chine ne cesse de renforcer ses liens avec la Russie.", "affirmed"),
        ("Jamais la Chine n'a été aussi proche de son allié russe.", "affirmed"),
        ("La Chine pourrait livrer des drones à la Russie.", "hypothetical"),
        ("La Chine aurait livré des drones à la Russie.", "hypothetical"),
        ("Si la Chine livrait des drones à la Russie, l'Europe réagirait.", "hypothetical"),
        ("Washington dénonce l'alliance entre la Chine et la Russie.", "criticised"),
        ("Washington accuse la Chine de livrer des composants à la Russie.", "criticised"),
        ("La Chine livre des composants à la Russie.", "affirmed"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    assert _one(text).polarity == polarity


def test_denied_goes_before_criticised_but_both_are_told() -> None:
    mention = _one("La Chine dément livrer des drones à la Russie, ce que Washington dénonce.")
    assert mention.polarity == "denied"
    assert mention.negated


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Gazprom livrera du gaz à la Chine.", "future"),
        ("La Russie a livré du gaz à la Chine.", "past"),
        ("La Russie livre du gaz à la Chine.", "present"),
    ],
)
def test_time(text: str, moment: str) -> None:
    assert _one(text).time == moment


# --- speakers


@pytest.mark.parametrize(
    ("text", "speaker", "side"),
    [
        ("Selon Washington, la Chine aide la Russie.", "Washington", "WEST"),
        ("« La Chine est notre alliée », a déclaré Sergueï Lavrov.", "Sergueï Lavrov", "RUS"),
        ("Wang Yi a affirmé que la Chine soutient la Russie.", "Wang Yi", "CHN"),
        (
            "La Chine livrerait des drones à la Russie, selon le Wall Street Journal.",
            "le Wall Street Journal",
            "MEDIA",
        ),
        ("La Chine et la Russie sont alliées, estime un chercheur.", "chercheur", "EXPERT"),
        (
            "« La Chine soutient la Russie », a déclaré le porte-parole du ministère chinois des Affaires étrangères.",
            "le porte-parole du ministère chinois des Affaires étrangères",
            "CHN",
        ),
        (
            "L'ambassadeur de Chine à Moscou a assuré que Pékin livrerait des drones à la Russie.",
            "L'ambassadeur de Chine à Moscou",
            "CHN",
        ),
        (
            "Selon le chef de la diplomatie américaine, la Chine livre des armes à la Russie.",
            "le chef de la diplomatie américaine",
            "WEST",
        ),
        (
            "« Les armées russe et chinoise coopèrent », a dit le président russe Vladimir Poutine lundi.",
            "le président russe Vladimir Poutine",
            "RUS",
        ),
    ],
)
def test_speaker(text: str, speaker: str, side: str) -> None:
    found = _one(text).speaker
    assert found is not None
    assert (found.text, found.side) == (speaker, side)


def test_the_narrator_is_nobody() -> None:
    assert _one("La Chine et la Russie renforcent leur alliance.").speaker is None


# --- codes


@pytest.mark.parametrize(
    ("text", "category", "plover", "cameo", "intensity"),
    [
        (
            "La Chine et la Russie mènent des exercices navals conjoints.",
            "MIL_EXERCISE",
            "COOPERATE",
            "062",
            9.5,
        ),
        ("La Chine livre des drones à la Russie.", "ARMS_TRANSFER", "AID", "072", 10.0),
        ("Vladimir Poutine a reçu Xi Jinping.", "VISIT", "CONSULT", "042", 4.0),
        ("Vladimir Poutine recevra Xi Jinping.", "VISIT", "AGREE", "036", 2.5),
        ("La Chine dément livrer des drones à la Russie.", "ARMS_TRANSFER", "REJECT", "120", -2.0),
        ("Washington dénonce l'alliance entre la Chine et la Russie.", "STRATEGIC", "ACCUSE", "111", -2.0),
    ],
)
def test_codes(text: str, category: str, plover: str, cameo: str, intensity: float) -> None:
    mention = _one(text)
    assert (mention.category, mention.plover, mention.cameo, mention.intensity) == (
        category,
        plover,
        cameo,
        intensity,
    )
