"""``vedette evaluate`` and ``flag-text --explain`` as an engineer uses them when a rule changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

VEDETTE = Path(sys.executable).with_name("vedette")
SENTENCES = [
    {
        "id": "A",
        "text": "La Chine et la Russie renforcent leur partenariat.",
        "coop": 1,
        "category": "STRATEGIC",
    },
    {"id": "B", "text": "La Chine et la Russie ont des façades maritimes.", "coop": 0},
    {"id": "C", "text": "Moscou et Pékin signent un accord gazier.", "coop": 1, "category": "ENERGY"},
]


def vedette(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [VEDETTE, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"COLUMNS": "160", "PATH": ""},
    )


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(sentence) for sentence in SENTENCES), encoding="utf-8")
    return path


def test_several_gold_files_stand_side_by_side(gold: Path) -> None:
    other = gold.with_name("dev.jsonl")
    other.write_text(gold.read_text(encoding="utf-8"), encoding="utf-8")
    done = vedette("evaluate", "--tiers", "1", gold, other)
    assert done.returncode == 0, done.stderr
    (heading,) = [line for line in done.stdout.splitlines() if "measure" in line]
    assert "gold.jsonl" in heading
    assert "dev.jsonl" in heading
    as_json = vedette("evaluate", "--tiers", "1", "--json", gold, other)
    rows = [json.loads(line) for line in as_json.stdout.splitlines()]
    assert [(row["gold"], row["sentences"]) for row in rows] == [("gold.jsonl", 3), ("dev.jsonl", 3)]


def test_a_change_of_rules_is_told_sentence_by_sentence(gold: Path) -> None:
    older = gold.with_name("old.jsonl")
    older.write_text(vedette("flag-batch", "--tiers", "1", gold).stdout, encoding="utf-8")
    unchanged = vedette("evaluate", "--tiers", "1", gold, "--compare", older)
    assert (unchanged.returncode, unchanged.stdout) == (0, ""), unchanged.stderr
    assert "0 gained, 0 lost" in unchanged.stderr
    lines = [json.loads(line) for line in older.read_text(encoding="utf-8").splitlines()]
    lines[0]["mentions"] = []
    older.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    changed = vedette("evaluate", "--tiers", "1", gold, "--compare", older)
    assert changed.stdout.startswith("gained A no mention → STRATEGIC")


def test_an_older_output_of_another_kind_is_refused_in_one_line(gold: Path) -> None:
    done = vedette("evaluate", gold, "--compare", gold)
    assert done.returncode == 1
    assert "line 1: no output of vedette flag-batch" in done.stderr
    assert vedette("evaluate", gold, gold, "--compare", gold).returncode == 2


def test_an_explanation_draws_the_sentence_and_adds_up() -> None:
    done = vedette(
        "flag-text", "--explain", "--tiers", "1", stdin="Pékin et Moscou signent un accord gazier."
    )
    drawn, marks, labels, *rest = done.stdout.splitlines()
    assert drawn.startswith("Pékin et Moscou")
    assert labels.index("CHN") == marks.index("═") == 0
    (total,) = [line for line in rest if "from a sum of" in line]
    parts = [float(line.split()[0]) for line in rest if line.startswith(("     ", "    +"))]
    assert sum(parts) == pytest.approx(float(total.rstrip(":").split()[-1]), abs=0.1)


@pytest.mark.parametrize("tiers", ["0", "3"])
def test_there_are_two_tiers(tiers: str) -> None:
    assert vedette("flag-text", "--tiers", tiers, stdin="x").returncode == 2
