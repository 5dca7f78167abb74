"""The order of the house: who may import whom, and what every table and command must bear."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import typer.main
from psycopg import Connection
from psycopg.rows import TupleRow

from desk.cli.app import app
from processing.store.connect import SCHEMA_VERSION
from processing.store.migrate import newest_version

ROOT = Path(__file__).parent.parent
ROOMS = ("processing", "spiders", "desk", "dags")
"""From the innermost: a room may import itself and those before it."""


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    forbidden = set(ROOMS[ROOMS.index(room) + 1 :]) | {"tests"}
    if room in ("processing", "spiders"):
        forbidden.add("airflow")
    files = list((ROOT / room).rglob("*.py"))
    assert files
    wrong = {
        str(path.relative_to(ROOT)): imported(path) & forbidden
        for path in files
        if imported(path) & forbidden
    }
    assert wrong == {}


def test_the_flagger_does_no_io() -> None:
    forbidden = {"psycopg", "scrapy", "requests", "socket", "subprocess", "urllib", "time", "sqlalchemy"}
    wrong = {
        path.name: imported(path) & forbidden for path in (ROOT / "processing" / "mentions").rglob("*.py")
    }
    assert {name: names for name, names in wrong.items() if names} == {}


def test_every_table_column_and_view_bears_a_comment(connection: Connection[TupleRow]) -> None:
    bare = connection.execute(
        """
        SELECT c.relname, a.attname
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'press'
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'
         WHERE c.relkind IN ('r', 'v') AND c.relname <> 'schema_version'
           AND (obj_description(c.oid) IS NULL OR (a.attnum IS NOT NULL AND col_description(c.oid, a.attnum) IS NULL))
        """
    ).fetchall()
    assert bare == []


def test_the_schema_version_is_that_of_the_newest_migration() -> None:
    assert newest_version() == SCHEMA_VERSION


def commands(command: Any, path: str = "vedette") -> dict[str, Any]:
    if hasattr(command, "commands"):
        children = (commands(child, f"{path} {name}") for name, child in command.commands.items())
        return {name: leaf for leaves in children for name, leaf in leaves.items()}
    return {path: command}


COMMANDS = commands(typer.main.get_command(app))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_says_what_it_does_and_gives_an_example(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert command.epilog
    assert "Example: `" in command.epilog
    assert path in command.epilog


def test_the_lock_file_names_no_index_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock.replace("# via", "")
    entries = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert len(entries) > 100
    assert all("==" in line and line.rstrip().endswith("\\") for line in entries)
