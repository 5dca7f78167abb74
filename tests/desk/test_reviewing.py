"""Reviews: kept by sentence, measured with intervals, and written as a gold file that measures the flagger."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.reviewing import CONTEXT, Share, before, gold, measured
from processing.mentions import RULES_VERSION, Mention, flag_article
from processing.mentions.evaluation import evaluate, load_gold
from processing.settings import Settings
from processing.store import mentions, reviews, runs
from processing.store.reviews import Review

SENTENCES = (
    "La marine russe et la flotte chinoise ont conduit des exercices conjoints en mer du Japon.",
    "Le Kremlin a démenti toute livraison d’armes chinoises à la Russie.",
    "Wang Yi a rencontré Sergueï Lavrov à Moscou pour renforcer le partenariat stratégique sino-russe.",
)
BODY = "\n".join(SENTENCES)


@pytest.fixture
def found(connection: Connection[TupleRow]) -> dict[str, int]:
    """An article, flagged; the ids of its mentions by sentence."""
    connection.execute(
        """
        INSERT INTO press.page (url, fetch_url, state) VALUES ('http://g.fr/a', '', 'gone');
        INSERT INTO press.article (page_id, url, title, body, language, words, extractor_version, published_at)
        VALUES (1, 'http://g.fr/a', 'Titre', '', 'fr', 2, 'v', '2026-11-20')
        """
    )
    connection.execute("UPDATE press.article SET body = %s", (BODY,))
    flag(connection, flag_article(title="Titre", lead="", body=BODY, tiers=1))
    return {
        row[0]: row[1] for row in connection.execute("SELECT sentence, max(id) FROM press.mention GROUP BY 1")
    }


def flag(connection: Connection[TupleRow], found: list[Mention]) -> None:
    with runs.recorded(connection, "flag") as run:
        mentions.replace(connection, {1: found}, rules_version=RULES_VERSION, run_id=run.id)


def judge(connection: Connection[TupleRow], mention: int, verdict: str, **labels: str) -> None:
    assert reviews.add(connection, Review(mention, verdict, "anne", **labels)) is not None


def test_a_review_outlives_a_new_flagging(connection: Connection[TupleRow], found: dict[str, int]) -> None:
    judge(connection, found[SENTENCES[0]], "rejected", note="exemple")
    flag(connection, flag_article(title="Titre", lead="", body=BODY, tiers=1))
    (row,) = reviews.latest(connection)
    assert (row["verdict"], row["reviewer"], row["note"]) == ("rejected", "anne", "exemple")
    assert (row["mention_category"], row["right_category"]) == ("MIL_EXERCISE", None)
    assert reviews.add(connection, Review(found[SENTENCES[0]], "confirmed", "anne")) is None


def test_the_latest_verdict_counts(connection: Connection[TupleRow], found: dict[str, int]) -> None:
    judge(connection, found[SENTENCES[0]], "rejected")
    judge(connection, found[SENTENCES[0]], "confirmed")
    groups = measured(reviews.precision(connection))
    assert groups["all"][0].precision == Share(1, 1)


def test_precision_is_measured_by_category_source_and_trigger(
    connection: Connection[TupleRow], found: dict[str, int]
) -> None:
    judge(connection, found[SENTENCES[0]], "confirmed")
    judge(connection, found[SENTENCES[1]], "rejected")
    judge(connection, found[SENTENCES[2]], "corrected", category="STRATEGIC", polarity="hypothetical")
    groups = measured(reviews.precision(connection))
    everything = groups["all"][0]
    assert everything.precision == Share(3, 2)
    assert everything.polarity == Share(2, 1)
    assert {one.name: one.precision.right for one in groups["category"]}["ARMS_TRANSFER"] == 0
    assert "exercices conjoints" in {one.name for one in groups["trigger"]}
    assert set(groups) == {"all", "category", "source", "trigger", "tier", "rules"}


def test_the_wilson_interval_is_that_of_the_tables() -> None:
    low, high = Share(10, 8).interval
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(5, 5).interval[1] == 1.0
    assert Share(5, 5).interval[0] == pytest.approx(0.5655, abs=1e-4)


def test_the_context_begins_at_a_sentence() -> None:
    text = "Coupée ici. " + "Une phrase. " * 80
    assert len(before(text)) <= CONTEXT
    assert before(text).startswith("Une phrase.")
    assert before("Courte. ") == "Courte."


def test_the_exported_gold_file_is_read_back_and_measures_the_flagger(
    connection: Connection[TupleRow], settings: Settings, found: dict[str, int], tmp_path: Path
) -> None:
    judge(connection, found[SENTENCES[0]], "confirmed")
    judge(connection, found[SENTENCES[1]], "rejected")
    judge(connection, found[SENTENCES[2]], "corrected", category="VISIT")
    vedette = [str(Path(sys.executable).with_name("vedette"))]
    environment = {**os.environ, **settings.environment()}
    written = subprocess.run(
        [*vedette, "reviews", "export"], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert written.splitlines() == [
        json.dumps(row, ensure_ascii=False) for row in gold(reviews.sentences(connection))
    ]
    file = tmp_path / "gold.jsonl"
    file.write_text(written)
    read = load_gold(file.read_text().splitlines())
    assert [(one.text, one.coop) for one in read] == list(zip(SENTENCES, (True, False, True), strict=True))
    assert read[0].category == ("MIL_EXERCISE",)
    assert "VISIT" in read[2].category
    assert read[1].context == SENTENCES[0]
    assert str(read[0].date) == "2026-11-20"
    measured_by_command = subprocess.run(
        [*vedette, "evaluate", str(file), "--tiers", "1", "--json"],
        env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    coop = json.loads(measured_by_command)["coop"]
    assert (coop["tp"], coop["fp"]) == (2, 1)
    from processing.mentions import flag_text

    assert evaluate(read, lambda text, **given: flag_text(text, tiers=1, **given)).coop.fp == 1


def test_reviews_are_listed_and_their_precision_printed(
    connection: Connection[TupleRow], settings: Settings, found: dict[str, int]
) -> None:
    judge(connection, found[SENTENCES[0]], "corrected", category="MIL_DIPLO", note="plutôt")
    vedette = str(Path(sys.executable).with_name("vedette"))

    def run(*arguments: str) -> str:
        return subprocess.run(
            [vedette, "reviews", *arguments], env={**settings.environment(), "COLUMNS": "140"},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    assert "MIL_EXERCISE, affirmed → MIL_DIPLO, affirmed" in run("list")
    assert json.loads(run("list", "--json"))["note"] == "plutôt"
    rows = [json.loads(line) for line in run("precision", "--json").splitlines()]
    assert {"by": "all", "judged": 1}.items() <= rows[0].items()
