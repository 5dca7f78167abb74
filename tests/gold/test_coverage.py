"""The gold set covers what it claims: every category in every polarity, every trap, every kind of context."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from processing.mentions import CATEGORIES, POLARITIES

HERE = Path(__file__).parent
SENTENCES: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
]
TRAPS: dict[str, str] = yaml.safe_load((HERE / "traps.yaml").read_text(encoding="utf-8"))
FIELDS = {
    "id", "title", "context", "date", "text", "coop", "polarity", "category", "polarity_alt", "category_alt",
    "borderline", "speaker", "trap", "note",
}  # fmt: skip
AT_LEAST = 6
CONTRASTS = {
    "co-listing",
    "other dyad",
    "parallel votes",
    "concession",
    "headline",
    "interrogative",
    "bare surname",
}
"""Traps where wording that looks the same has both answers."""


def test_it_is_large_and_neither_answer_wins_by_guessing() -> None:
    mentions = sum(sentence["coop"] for sentence in SENTENCES)
    assert len(SENTENCES) >= 600
    assert 0.35 <= mentions / len(SENTENCES) <= 0.65


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_every_polarity(category: str) -> None:
    seen = Counter(s["polarity"] for s in SENTENCES if s["coop"] and s["category"] == category)
    assert {polarity for polarity in POLARITIES if seen[polarity] < AT_LEAST} == set()


def test_every_trap_is_described_and_tried_often_enough() -> None:
    tried = Counter(sentence["trap"] for sentence in SENTENCES)
    assert set(tried) == set(TRAPS)
    assert {trap: times for trap, times in tried.items() if times < AT_LEAST} == {}


def test_contrasts_have_both_answers() -> None:
    answers = defaultdict(set)
    for sentence in SENTENCES:
        answers[sentence["trap"]].add(sentence["coop"])
    assert {trap for trap in CONTRASTS if answers[trap] != {0, 1}} == set()


def test_office_holders_are_dated_over_the_years() -> None:
    years = {int(sentence["date"][:4]) for sentence in SENTENCES if "date" in sentence}
    assert years >= {2014, 2015, *range(2017, 2027)}


def test_there_are_sentences_to_read_with_what_came_before() -> None:
    assert sum("context" in sentence for sentence in SENTENCES) >= 60
    assert all("context" in s for s in SENTENCES if s["trap"].startswith(("anaphora", "quote across")))
    assert all("title" in s for s in SENTENCES if s["trap"] == "title only")


def test_labels_are_whole() -> None:
    for sentence in SENTENCES:
        labels = {"polarity", "category"} & set(sentence)
        assert set(sentence) <= FIELDS, sentence["id"]
        assert len(labels) == (2 if sentence["coop"] else 0), sentence["id"]


def test_no_two_sentences_are_cut_from_one_pattern() -> None:
    runs: dict[tuple[str, ...], str] = {}
    for sentence in SENTENCES:
        words = re.findall(r"\w+", sentence["text"].lower())
        for start in range(len(words) - 7):
            run = tuple(words[start : start + 8])
            first = runs.setdefault(run, sentence["id"])
            assert first == sentence["id"], f"{first} and {sentence['id']} share {' '.join(run)!r}"
