"""``vedette`` as people and programs use it: through a real process."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from tests.processing.pressroom import COOPERATION, FILLER, html, warc

VEDETTE = Path(sys.executable).with_name("vedette")
Vedette = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def vedette(settings: Settings) -> Vedette:
    """Run ``vedette`` with the test's database and home; text in, text out."""

    def run(*arguments: str | Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [VEDETTE, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env={**settings.environment(), "COLUMNS": "160", **environment},
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def read(vedette: Vedette, tmp_path: Path) -> None:
    """A small archive, ingested."""
    pages = {
        "https://www.exemple.fr/mer": html("Manœuvres au large", COOPERATION),
        "https://www.exemple.fr/port": html("Le port rouvre"),
    }
    done = vedette("ingest", warc(tmp_path, pages))
    assert done.returncode == 0, done.stderr


def test_flag_text_reads_stdin_and_prints_the_contract(vedette: Vedette) -> None:
    done = vedette("flag-text", "--json", stdin=f"Rien à signaler.\n{COOPERATION}\n")
    (mention,) = map(json.loads, done.stdout.splitlines())
    assert (
        list(mention)
        == (
            "sentence start end field category plover cameo intensity polarity negated certainty stance time actors "
            "trigger speaker score tier features rules_version"
        ).split()
    )
    assert (mention["sentence"], mention["start"], mention["field"]) == (COOPERATION, 17, "text")


def test_flag_batch_answers_every_line(vedette: Vedette) -> None:
    lines = [
        {"id": 7, "text": COOPERATION, "date": "2026-11-20"},
        {"id": "b", "title": COOPERATION, "text": "Il pleut."},
    ]
    done = vedette("flag-batch", "-", stdin="\n".join(map(json.dumps, lines)))
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["id"], len(first["mentions"])) == (7, 1)
    assert second == {"id": "b", "mentions": []}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "-:1: not JSON"),
        ('{"text": "a"}', '-:1: want an object with "id" and "text"'),
        ('{"id": 1, "text": "a", "date": "hier"}', "-:1: 'hier' is not a day"),
    ],
)
def test_a_bad_line_is_named(vedette: Vedette, line: str, complaint: str) -> None:
    done = vedette("flag-batch", "-", stdin=line)
    assert done.returncode == 1
    assert done.stderr.startswith(f"vedette: {complaint}")
    assert done.stderr.count("\n") == 1


def test_evaluate_extraction_measures_cleaning_beside_trafilatura(vedette: Vedette, tmp_path: Path) -> None:
    body = html("Des manœuvres en mer", COOPERATION)
    pages = warc(tmp_path, {"https://www.exemple.fr/mer": body})
    gold = tmp_path / "gold.jsonl"
    text = "\n".join((COOPERATION, *FILLER))
    known = {
        "url": "https://www.exemple.fr/mer",
        "title": "Des manœuvres en mer",
        "date": "2026-11-19",
        "body": text,
    }
    gold.write_text(json.dumps(known), encoding="utf-8")
    printed = vedette("evaluate-extraction", pages, gold, "--json").stdout
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [row["extractor"] for row in rows] == ["vedette", "trafilatura", "trafilatura fast"]
    assert (rows[0]["pages"], rows[0]["token_f1"], rows[0]["title"], rows[0]["date"]) == (1, 1.0, 1.0, 1.0)
    shown = vedette("evaluate-extraction", pages, gold, "--by-site").stdout
    assert "www.exemple.fr" in shown
    assert "words: F1" in shown


def test_evaluate_extraction_names_what_cannot_be_read(vedette: Vedette, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("{}\n", encoding="utf-8")
    assert "gold.jsonl: line 1" in vedette("evaluate-extraction", gold, gold).stderr
    gold.write_text("", encoding="utf-8")
    done = vedette("evaluate-extraction", tmp_path / "nowhere.warc.gz", gold)
    assert (done.returncode, "nowhere.warc.gz" in done.stderr) == (1, True)


def test_extract_page_prints_the_article(vedette: Vedette, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(html("Manœuvres au large", COOPERATION))
    done = vedette("extract-page", file, "--url", "https://www.exemple.fr/mer")
    article = json.loads(done.stdout)
    assert (article["title"], article["language"]) == ("Manœuvres au large", "fr")
    assert article["published_at"] == "2026-11-19T18:00:00+01:00"
    assert COOPERATION in article["body"]


@pytest.mark.usefixtures("read")
def test_mentions_as_json_csv_and_table(vedette: Vedette) -> None:
    (as_json,) = map(json.loads, vedette("mentions", "--json").stdout.splitlines())
    (as_csv,) = csv.DictReader(io.StringIO(vedette("mentions", "--csv").stdout))
    table = vedette("mentions").stdout
    assert as_json["sentence"] == as_csv["sentence"] == COOPERATION
    assert json.loads(as_csv["actors"]) == as_json["actors"]
    assert "MIL_EXERCISE" in table


@pytest.mark.usefixtures("read")
def test_mentions_can_be_narrowed(vedette: Vedette) -> None:
    def count(*options: str) -> int:
        return len(vedette("mentions", "--json", *options).stdout.splitlines())

    assert count("--category", "mil_exercise", "--polarity", "affirmed") == 1
    assert count("--polarity", "denied") == 0
    assert count("--since", "2026-11-19") == 1
    assert count("--since", "2026-11-20") == 0
    assert vedette("mentions", "--category", "SPORT").returncode == 2


@pytest.mark.usefixtures("read")
def test_search_and_show(vedette: Vedette) -> None:
    (found,) = map(json.loads, vedette("search", "manoeuvre", "--json").stdout.splitlines())
    shown = vedette("show", str(found["article_id"]))
    assert COOPERATION in " ".join(shown.stdout.split())
    by_address = json.loads(vedette("show", "https://www.exemple.fr/mer", "--json").stdout)
    assert by_address["mentions"][0]["category"] == "MIL_EXERCISE"


def test_health_lists_what_is_to_be_looked_at(vedette: Vedette, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text(
        "- id: muette\n  name: La Muette\n  country: FR\n  kind: daily\n"
        "  homepage: http://127.0.0.1:9/\n  feeds: [http://127.0.0.1:9/rss]\n"
    )
    assert vedette("sources", "sync", VEDETTE_CATALOGUE=str(catalogue)).returncode == 0
    (before,) = map(json.loads, vedette("health", "--json").stdout.splitlines())
    night = vedette("night", VEDETTE_CATALOGUE=str(catalogue))
    (after,) = map(json.loads, vedette("health", "--json").stdout.splitlines())
    assert (before["source_id"], before["remark"]) == ("muette", "never looked at")
    assert night.returncode == 1
    assert "no source could be reached" in night.stderr
    assert "refused" in after["remark"]


def test_an_article_that_is_not_there_is_an_error(vedette: Vedette) -> None:
    done = vedette("show", "999")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("vedette: no article 999")


def test_a_damaged_archive_is_named_and_the_rest_is_read(
    vedette: Vedette, tmp_path: Path, connection: Connection[TupleRow]
) -> None:
    path = warc(tmp_path, {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(4)})
    path.write_bytes(path.read_bytes()[:-1200])
    done = vedette("ingest", path)
    assert done.returncode == 1
    assert f"vedette: {path}" in done.stderr
    stored = connection.execute("SELECT count(*) FROM press.article").fetchone()
    assert stored
    assert stored[0] >= 2


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"VEDETTE_DELAY": "soon"}, "vedette: VEDETTE_DELAY='soon' cannot be used"),
        (
            {"VEDETTE_DATABASE_URL": "postgresql://x:secret@127.0.0.1:9/press"},
            "vedette: cannot reach PostgreSQL at",
        ),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    vedette: Vedette, environment: dict[str, str], complaint: str
) -> None:
    done = vedette("mentions", **environment)
    assert done.returncode == 1
    assert done.stderr.startswith(complaint)
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_wrong_usage_is_status_2_and_a_traceback_needs_debug(vedette: Vedette) -> None:
    assert vedette("mentions", "--no-such-option").returncode == 2
    assert "Traceback" not in vedette("show", "999").stderr
    assert "Traceback" in vedette("show", "999", "--debug").stderr


def test_an_interrupted_command_says_that_it_can_go_on(settings: Settings, tmp_path: Path) -> None:
    pages = {f"https://www.exemple.fr/{n}": html(f"Article {n}") for n in range(800)}
    seen = []
    with subprocess.Popen(
        [VEDETTE, "ingest", warc(tmp_path, pages)],
        env=settings.environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stderr
        for line in command.stderr:
            seen.append(line)
            if line.startswith("extract"):
                os.killpg(command.pid, signal.SIGINT)
    assert command.returncode == 130
    assert seen[-1] == "vedette: interrupted; what was committed stays, run the command again to go on\n"
    assert not any("Traceback" in line for line in seen)


def test_a_reader_that_leaves_early_is_no_error(settings: Settings) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{VEDETTE} sources list | head -1"],
        capture_output=True, text=True, env={**os.environ, **settings.environment()}, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr.count("Traceback") == 0


def test_the_embedded_database_starts_migrates_and_stops_with_the_command(
    vedette: Vedette, tmp_path: Path
) -> None:
    home = Path(os.environ.get("TMPDIR", "/tmp")) / f"vedette-{os.getpid()}"
    done = vedette("mentions", "--json", VEDETTE_DATABASE_URL="", VEDETTE_HOME=str(home))
    assert (done.returncode, done.stdout) == (0, "")
    assert not (home / "postgresql" / "postmaster.pid").exists()
