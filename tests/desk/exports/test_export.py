"""Exports: files that hold exactly what the database holds."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from arro3.io import read_parquet
from psycopg import Connection
from psycopg.rows import TupleRow
from typer.testing import CliRunner, Result

from desk.cli.app import app
from desk.exports.cells import as_json, cell
from desk.exports.columns import COLUMNS
from processing.settings import Settings
from processing.store import exports, findings
from processing.store.exports import WHATS, What
from processing.store.findings import MentionFilter, Row
from tests.desk.made import press

VEDETTE = Path(sys.executable).with_name("vedette")
Export = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def filled(connection: Connection[TupleRow]) -> Connection[TupleRow]:
    press(connection, articles=40, mentions_each=5)
    return connection


@pytest.fixture
def export(settings: Settings) -> Export:
    """``vedette export`` on the test's database, in this process."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, ["export", *map(str, arguments)], env=settings.environment())

    return run


@pytest.fixture
def process(settings: Settings) -> Process:
    """The same as a process of its own, whose errors become an exit status and a line."""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [VEDETTE, "export", *map(str, arguments)],
            capture_output=True,
            env={**settings.environment(), **environment},
            timeout=120,
            check=False,
        )

    return run


def rows(conn: Connection[TupleRow], what: What, wanted: MentionFilter | None = None) -> list[Row]:
    with closing(exports.rows(conn, what, wanted or MentionFilter(), batch=7)) as found:
        return list(found)


@pytest.mark.parametrize("what", WHATS)
def test_an_export_has_all_columns_of_its_rows_and_no_other(filled: Connection[TupleRow], what: What) -> None:
    found = rows(filled, what)
    assert found
    assert set(found[0]) == set(COLUMNS[what])


def test_mentions_are_those_that_the_mentions_command_prints(
    filled: Connection[TupleRow], export: Export
) -> None:
    as_printed = [json.loads(as_json(row)) for row in findings.mentions(filled, MentionFilter())]
    lines = export("--format", "jsonl").stdout_bytes.splitlines()
    assert [json.loads(line) for line in lines] == as_printed
    assert len(lines) == 200


@pytest.mark.parametrize("what", WHATS)
def test_every_form_reads_back_to_the_same_rows(
    filled: Connection[TupleRow], export: Export, tmp_path: Path, what: What
) -> None:
    for form in ("csv", "jsonl", "parquet"):
        done = export("--format", form, "--what", what, "-o", tmp_path / form)
        assert done.exit_code == 0, done.stderr
        assert "written to" in done.stderr
        assert done.stdout_bytes == b""
    stored = rows(filled, what)
    with (tmp_path / "csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == list(COLUMNS[what])
    assert read[1:] == [[as_cell(row[name]) for name in COLUMNS[what]] for row in stored]
    lines = (tmp_path / "jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert [list(json.loads(line).items()) for line in lines] == [
        [(name, json.loads(as_json(row[name]))) for name in COLUMNS[what]] for row in stored
    ]
    assert list(parquet(tmp_path / "parquet")) == [
        {name: as_parquet(row[name], COLUMNS[what][name]) for name in COLUMNS[what]} for row in stored
    ]


def as_cell(value: Any) -> str:
    return "" if value is None else str(cell(value))


def as_parquet(value: Any, type_: str) -> Any:
    if type_ == "json":
        return as_json(value)
    return pytest.approx(value, rel=1e-6) if type_ == "float32" and value is not None else value


def parquet(file: Path) -> Iterator[dict[str, Any]]:
    for batch in read_parquet(file):
        columns = {field.name: batch.column(field.name) for field in batch.schema}
        for number in range(batch.num_rows):
            yield {name: column[number].as_py() for name, column in columns.items()}


def test_parquet_has_proper_types(filled: Connection[TupleRow], export: Export, tmp_path: Path) -> None:
    export("--format", "parquet", "-o", tmp_path / "m.parquet")
    schema = read_parquet(tmp_path / "m.parquet").schema
    types = {field.name: str(field.type) for field in schema}
    assert "Timestamp(µs" in types["published_at"]
    assert "UTC" in types["published_at"]
    assert ("List" in types["actors"], "Struct" in types["actors"]) == (True, True)
    assert "Boolean" in types["negated"]
    assert "Float32" in types["score"]


def test_csv_for_excel_has_its_marks_and_runs_no_formula(
    filled: Connection[TupleRow], export: Export
) -> None:
    plain, excel = (export("--format", "csv", *more).stdout_bytes for more in ((), ("--excel",)))
    assert excel.startswith(b"\xef\xbb\xbfmention_id;article_id;sentence;")
    (first, *_) = csv.DictReader(excel.decode("utf-8-sig").splitlines(), delimiter=";")
    assert first["sentence"].startswith("'=1+1; phrase")
    assert first["intensity"] == "-0,5"
    assert first["published_at"] == "2026-11-01 09:09:00"
    (first, *_) = csv.DictReader(plain.decode().splitlines())
    assert first["sentence"].startswith("=1+1; phrase")
    assert first["intensity"] == "-0.5"
    assert plain.count(b"\r\n") == 201


def count(conn: Connection[TupleRow], what: What, **wanted: Any) -> int:
    return len(rows(conn, what, MentionFilter(**wanted)))


def test_filters_narrow_mentions_and_the_articles_that_have_them(filled: Connection[TupleRow]) -> None:
    assert count(filled, "mentions", categories=("ENERGY",), polarities=("denied",)) == 18
    assert count(filled, "mentions", sides=("RUS",)) == 80
    assert count(filled, "mentions", sides=("CHN",)) == 0
    assert (
        count(filled, "mentions", countries=("BE", "RU")) + count(filled, "mentions", countries=("FR",))
        == 200
    )
    assert (
        count(filled, "mentions", kinds=("state-media",))
        == count(filled, "mentions", sources=("neva",))
        == 65
    )
    assert count(filled, "mentions", text="accords signés") == 200
    assert count(filled, "mentions", text="pétrole") == 0
    assert count(filled, "mentions", least_score=0.9) == 200
    assert count(filled, "mentions", least_score=0.91) == 0
    assert count(filled, "articles") == 40
    assert count(filled, "articles", sides=("CHN",)) == 0
    assert count(filled, "articles", sides=("RUS",), limit=30) == 30
    assert count(filled, "articles", kinds=("state-media",)) == 13
    assert count(filled, "stories") == 20
    assert count(filled, "stories", sources=("neva",), limit=5) == 5
    assert count(filled, "sources", countries=("FR",)) == 1


def test_days_narrow_from_the_first_and_before_the_last(filled: Connection[TupleRow], export: Export) -> None:
    def exported(*options: str) -> int:
        return len(export("--format", "jsonl", "--what", "articles", *options).stdout_bytes.splitlines())

    assert (
        exported("--since", "2026-11-01T08:41:00.123456+01:00", "--until", "2026-11-01T08:43:00.123456+01:00")
        == 2
    )
    assert exported("--until", "2026-11-01") == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--format", "xml"), "no format 'xml'"),
        (("--format", "csv", "--what", "pages"), "no export of 'pages'"),
        (("--format", "jsonl", "--excel"), "--excel goes with"),
        (("--format", "csv", "--what", "sources", "--polarity", "denied"), "sources can be narrowed by"),
        (("--format", "csv", "--country", "France"), "not a country"),
        (("--format", "csv", "--side", "la Russie"), "not a side"),
        (("--format", "csv", "--since", "999999w"), "is not a time"),
        (("--format", "csv", "--kind", "blog"), "no kind 'blog'"),
    ],
)
def test_a_wrong_usage_is_told_with_status_2(
    export: Export, options: tuple[str, ...], complaint: str
) -> None:
    done = export(*options)
    assert done.exit_code == 2
    assert complaint in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout_bytes == b""


def test_a_file_is_replaced_when_the_new_one_is_whole(
    filled: Connection[TupleRow], export: Export, process: Process, tmp_path: Path
) -> None:
    file, link = tmp_path / "mentions.csv", tmp_path / "link.csv"
    file.write_text("old", encoding="utf-8")
    link.symlink_to(file)
    broken = process(
        "--format", "csv", "-o", link, VEDETTE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"
    )
    assert (broken.returncode, file.read_text(encoding="utf-8")) == (1, "old")
    assert export("--format", "csv", "-o", link).exit_code == 0
    assert file.read_bytes().startswith(b"mention_id,")
    assert link.is_symlink()
    assert {one.name for one in tmp_path.iterdir()} <= {"link.csv", "mentions.csv", "home"}


def test_a_place_that_cannot_be_written_is_named(export: Export, process: Process, tmp_path: Path) -> None:
    done = process("--format", "csv", "-o", tmp_path / "none" / "m.csv")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert done.stderr.startswith(b"vedette: ")
    assert b"m.csv cannot be written: No such file" in done.stderr
    assert "is a folder" in str(export("--format", "csv", "-o", tmp_path).exception)


def test_a_device_and_a_pipe_are_written_as_they_are(
    filled: Connection[TupleRow], export: Export, process: Process, tmp_path: Path
) -> None:
    assert export("--format", "parquet", "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
    assert len(process("--format", "jsonl", "-o", "/dev/stdout").stdout.splitlines()) == 200


def test_parquet_goes_to_a_pipe(filled: Connection[TupleRow], export: Export, tmp_path: Path) -> None:
    piped = tmp_path / "piped.parquet"
    piped.write_bytes(export("--format", "parquet").stdout_bytes)
    assert len(list(parquet(piped))) == 200


def test_nothing_found_is_a_file_with_its_columns(
    filled: Connection[TupleRow], export: Export, tmp_path: Path
) -> None:
    assert export("--format", "csv", "--source", "none").stdout_bytes.count(b"\n") == 1
    assert export("--format", "jsonl", "--source", "none").stdout_bytes == b""
    export("--format", "parquet", "--source", "none", "-o", tmp_path / "empty.parquet")
    assert list(parquet(tmp_path / "empty.parquet")) == []
    assert len(list(read_parquet(tmp_path / "empty.parquet").schema)) == len(COLUMNS["mentions"])
