"""Whole articles: the flagger read against the labelled truth of the sample press."""

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from processing.mentions import flag_article
from tests.newsstand.press import read_expected, read_press, resolve_dates

START = datetime.date(2026, 11, 20)
FLOORS = yaml.safe_load((Path(__file__).parent / "floors.yaml").read_text(encoding="utf-8"))["articles"]
_HEADING = re.compile(r"^[#>].*$", re.MULTILINE)


@dataclass
class _Tally:
    found: int = 0
    false: int = 0
    missed: int = 0
    polarity: int = 0
    category: int = 0
    articles_missed: list[str] = field(default_factory=list)
    articles_false: list[str] = field(default_factory=list)


def _same(sentence: str) -> str:
    return " ".join(sentence.replace("’", "'").split())


@pytest.fixture(scope="module")
def tally() -> _Tally:
    total, articles = _Tally(), read_press().articles
    for name, expected in read_expected(START).items():
        if expected.becomes not in ("article", "paywalled"):
            continue
        article = articles[name]
        day = START + datetime.timedelta(days=article.day)
        title, lead, body = (
            resolve_dates(part or "", day) for part in (article.title, article.lead, article.body)
        )
        mentions = flag_article(title=title, lead=lead, body=_HEADING.sub("", body), date=day)
        said = {(m.field, _same(m.sentence)): m for m in sorted(mentions, key=lambda m: m.score)}
        true = {(m.field, _same(m.sentence)): m for m in expected.mentions}
        both = said.keys() & true.keys()
        total.found += len(both)
        total.false += len(said.keys() - true.keys())
        total.missed += len(true.keys() - said.keys())
        total.polarity += sum(said[key].polarity == true[key].polarity for key in both)
        total.category += sum(said[key].category == true[key].category for key in both)
        if bool(said) != bool(true):
            (total.articles_false if said else total.articles_missed).append(name)
    return total


def test_no_article_with_a_mention_is_missed(tally: _Tally) -> None:
    assert tally.articles_missed == []


def test_articles_without_a_mention_are_seldom_flagged(tally: _Tally) -> None:
    assert len(tally.articles_false) <= FLOORS["articles_false_at_most"], tally.articles_false


def test_sentences_of_whole_articles_keep_their_floors(tally: _Tally) -> None:
    assert tally.found / (tally.found + tally.false) >= FLOORS["precision"]
    assert tally.found / (tally.found + tally.missed) >= FLOORS["recall"]
    assert tally.polarity / tally.found >= FLOORS["polarity_accuracy"]
    assert tally.category / tally.found >= FLOORS["category_accuracy"]
