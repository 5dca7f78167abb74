"""Nights on the newsstand, from the command line to the rows: what a newcomer sees with ``make demo``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from tests.newsstand import Newsstand

VEDETTE = Path(sys.executable).with_name("vedette")


@dataclass
class Night:
    """A newsstand, an emptied database, and nights run on them by the real command."""

    newsstand: Newsstand
    settings: Settings
    conn: Connection[TupleRow]

    def run(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """``vedette night``; its figures by stage."""
        done = subprocess.run(
            [VEDETTE, "night", "--json", *arguments],
            capture_output=True,
            text=True,
            env=self.settings.environment(),
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return {stage["stage"]: stage for stage in map(json.loads, done.stdout.splitlines())}

    def rows(self, query: str) -> list[Any]:
        return [row[0] if len(row) == 1 else row for row in self.conn.execute(query.encode())]


@pytest.fixture
def night(connection: Connection[TupleRow], settings: Settings, tmp_path: Path) -> Iterator[Night]:
    with Newsstand() as newsstand:
        catalogue = tmp_path / "catalogue.yaml"
        newsstand.write_catalogue(catalogue)
        yield Night(newsstand, settings.model_copy(update={"catalogue": catalogue}), connection)


STATES = {
    "article": ("extracted", "article"),
    "paywalled": ("extracted", "article"),
    "not_french": ("extracted", "not_french"),
    "not_article": ("extracted", "not_article"),
    "quarantined": ("extracted", "quarantined"),
    "refused_robots": ("refused_robots", None),
    "refused_tdm": ("refused_tdm", None),
    "gone": ("gone", None),
    "failed": ("discovered", None),
}
"""What the state of a page says after one night; a failed one waits for another try."""


def test_every_article_becomes_what_it_should(night: Night) -> None:
    night.run()
    found = {
        url: (state, verdict)
        for url, state, verdict in night.rows("SELECT url, state, verdict FROM press.page")
    }
    wrong = {
        article: (expected.becomes, found.get(night.newsstand.url_of(article)))
        for article, expected in night.newsstand.expected().items()
        if found.get(night.newsstand.url_of(article)) != STATES[expected.becomes]
    }
    assert wrong == {}


def test_a_second_night_fetches_nothing_and_asks_conditionally(night: Night) -> None:
    first = night.run()
    seen = len(night.newsstand.log)
    second = night.run()
    assert first["crawl"]["fetched"] > 60
    assert (second["crawl"]["fetched"], second["extract"].get("articles", 0)) == (0, 0)
    polls = Counter(request.status for request in night.newsstand.log[seen:] if request.if_none_match)
    assert polls[304] > 10


def test_the_mentions_found_are_those_a_reader_finds(night: Night) -> None:
    """Floors for the whole chain on the sample press; the flagger's own are in tests/gold."""
    night.run()
    found = {
        (url, " ".join(sentence.split()))
        for url, sentence in night.rows(
            "SELECT a.url, m.sentence FROM press.mention m JOIN press.article a ON a.id = m.article_id"
        )
    }
    stored = set(night.rows("SELECT url FROM press.article"))
    expected = {
        (night.newsstand.url_of(article), " ".join(mention.sentence.split()))
        for article, truth in night.newsstand.expected().items()
        for mention in truth.mentions
        if night.newsstand.url_of(article) in stored
    }
    assert len(expected) > 100
    right = len(found & expected)
    assert right / len(expected) >= 0.6
    assert right / len(found) >= 0.6
