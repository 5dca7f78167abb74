"""What the flagger promises: the contract of a mention, and that no text can hurt it."""

import datetime
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.mentions import (
    CATEGORIES,
    POLARITIES,
    RULES_VERSION,
    Mention,
    explain,
    flag_article,
    flag_text,
)
from processing.mentions.evaluation import load_gold
from processing.mentions.matching import gate, lexicon
from processing.mentions.model import CERTAINTIES, STANCES, TIMES
from processing.mentions.normalise import normalise
from processing.mentions.prefilter import sides_named
from processing.mentions.reader import Reader

GOLD = Path(__file__).parents[2] / "gold"
FILES = sorted(GOLD.glob("*.jsonl"))
SENTENCES = [s for path in FILES for s in load_gold(path.read_text(encoding="utf-8").splitlines())]
FORMS = sorted(
    f
    for f, s in zip(lexicon().forms, lexicon().senses, strict=True)
    if s.actor and s.actor.side in ("RUS", "CHN")
)
_KEYS = [
    "sentence",
    "start",
    "end",
    "field",
    "category",
    "plover",
    "cameo",
    "intensity",
    "polarity",
    "negated",
    "certainty",
    "stance",
    "time",
    "actors",
    "trigger",
    "speaker",
    "score",
    "tier",
    "features",
    "rules_version",
]


def _check(mention: Mention, text: str) -> None:
    assert text[mention.start : mention.end] == mention.sentence
    assert text[mention.trigger.start : mention.trigger.end] == mention.trigger.text
    assert mention.trigger.text
    for actor in mention.actors:
        assert text[actor.start : actor.end] == actor.text
    assert mention.category in CATEGORIES
    assert mention.polarity in POLARITIES
    assert mention.certainty in CERTAINTIES
    assert mention.stance in STANCES
    assert mention.time in TIMES
    assert 0.0 <= mention.score <= 1.0
    assert mention.tier in (1, 2)
    assert mention.rules_version == RULES_VERSION


def test_a_mention_has_the_keys_of_the_contract_in_order() -> None:
    (mention,) = flag_text("La Chine et la Russie renforcent leur partenariat.")
    assert list(mention.as_dict()) == _KEYS
    assert json.loads(json.dumps(mention.as_dict()))["actors"][0] == {
        "side": "CHN",
        "text": "Chine",
        "kind": "country",
        "start": 3,
        "end": 8,
    }


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.id)
def test_offsets_slice_to_what_is_reported(sentence) -> None:  # type: ignore[no-untyped-def]
    for mention in flag_text(
        sentence.text, title=sentence.title, context=sentence.context, date=sentence.date
    ):
        assert mention.field == "text"
        _check(mention, sentence.text)


def test_every_gold_mention_passes_the_prefilter() -> None:
    reader = Reader.open(None)
    for sentence in SENTENCES:
        if sentence.coop:
            parts = (sentence.title, sentence.context, sentence.text)
            assert reader.reachable(*(normalise(part) for part in parts)), sentence.id


@given(
    st.lists(st.sampled_from(FORMS), min_size=1, max_size=4), st.sampled_from(["", "la ", "l'", "(", "« "])
)
def test_whatever_the_flagger_takes_for_a_side_passes_the_prefilter(forms: list[str], before: str) -> None:
    norm = normalise(" ".join(before + form[0].upper() + form[1:] for form in forms))
    reader = Reader.open(None)
    named = set().union(*(scene.sides() for _, scene in reader.scenes(norm))) & set(reader.dyad)
    passing = gate(reader.lex.version, reader.dyad)
    assert named <= sides_named(norm, passing, reader.dyad)


def test_an_article_reports_each_part_with_its_own_offsets() -> None:
    parts = {
        "title": "Xi Jinping reçu par Vladimir Poutine au Kremlin",
        "lead": "La Chine et la Russie ont signé un accord gazier.",
        "body": "Il pleuvait. Les deux pays ont aussi promis de coopérer dans l'espace.",
    }
    found = flag_article(**parts, date=datetime.date(2025, 5, 8))
    assert {m.field for m in found} == {"title", "lead", "body"}
    for mention in found:
        _check(mention, parts[mention.field])


def test_title_and_context_give_no_mention_of_their_own() -> None:
    assert (
        flag_text(
            "Il pleut sur la ville.", title="Chine et Russie s'allient", context="La Chine aide la Russie."
        )
        == []
    )


def test_typography_does_not_change_what_is_found() -> None:
    plain = flag_text("L'alliance sino-russe se renforce.")
    fancy = flag_text("L’alliance sino‑russe se renforce.")
    assert [(m.category, m.start, m.end, m.score) for m in plain] == [
        (m.category, m.start, m.end, m.score) for m in fancy
    ]


def test_a_decomposed_text_gets_offsets_into_itself() -> None:
    text = "Pe\u0301kin et Moscou ont signe\u0301 un traite\u0301 d'amitie\u0301."
    (mention, *_) = flag_text(text)
    _check(mention, text)
    assert mention.sentence == text


@given(
    st.lists(
        st.characters()
        | st.sampled_from("«»\"'’.!?,; \n\u0301\u00a0İ")
        | st.sampled_from(
            [
                "Chine ",
                "Russie ",
                "sino-russe ",
                "alliance ",
                "et ",
                "Xi ",
                "« ",
                " » ",
                "ne ",
                "pas ",
                "leur ",
            ]
        )
    ).map("".join)
)
@settings(max_examples=150)
def test_no_text_raises_and_offsets_always_slice(text: str) -> None:
    for mention in flag_text(text + " La Chine et la Russie coopèrent. " + text):
        _check(mention, text + " La Chine et la Russie coopèrent. " + text)


@pytest.mark.parametrize(
    "unit",
    [
        "la Chine et la Russie coopèrent avec ",
        "« La Chine » ",
        "entre la Russie et la Chine une alliance ",
        "((«",
        "M. Xi ",
        ". ",
        "ne ",
    ],
)
def test_time_grows_with_length_not_faster(unit: str) -> None:
    def seconds(times: int) -> float:
        text = "La Russie et la Chine. " + unit * times
        best = []
        for _ in range(3):
            started = time.process_time()
            flag_text(text)
            best.append(time.process_time() - started)
        return min(best)

    small, large = seconds(500), seconds(4000)
    assert large < 24 * small + 0.05


def test_what_was_found_does_not_depend_on_what_follows() -> None:
    first = "La Russie et la Chine ont signé un traité d'amitié."
    alone = flag_text(first)
    assert flag_text(first + " Demain, il fera beau à Lyon.")[: len(alone)] == alone


def test_another_dyad_is_a_setting_not_a_rewrite() -> None:
    reader = Reader.open(None, ("RUS", "IRN"))
    found = list(
        reader.read(normalise("La Russie et l'Iran renforcent leur partenariat, sans la Chine."), "text")
    )
    assert {a.side for m in found for a in m.actors} == {"RUS", "IRN"}


def test_an_explanation_names_every_weighty_feature() -> None:
    (mention,) = flag_text("La Chine et la Russie renforcent leur partenariat.")
    text = explain(mention)
    drawn, marks, labels, *_ = text.splitlines()
    assert marks.index("═") == drawn.index("Chine")
    assert labels.split() == ["CHN", "RUS", "trigger"]
    assert labels.index("trigger") == marks.index("─") == drawn.index("partenariat")
    assert "dyad_pair" in text
    assert f"{mention.score:.3f}" in text
