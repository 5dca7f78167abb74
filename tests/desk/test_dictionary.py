"""The data dictionary: every table, column and view, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow

from desk import dictionary


def test_every_table_column_and_view_column_bears_a_comment(connection: Connection[TupleRow]) -> None:
    schema = dictionary.read(connection)
    assert {"mention", "v_mention"} <= {one.name for one in schema.relations}
    assert schema.uncommented() == []


def test_a_column_without_a_comment_is_named(connection: Connection[TupleRow]) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE TABLE press.bare (id int); COMMENT ON COLUMN press.v_daily.day IS NULL")
        assert dictionary.read(connection).uncommented() == ["bare", "bare.id", "v_daily.day"]


def test_the_page_says_types_keys_nulls_and_allowed_values(connection: Connection[TupleRow]) -> None:
    page = dictionary.page(dictionary.read(connection))
    rows = set(page.splitlines())
    assert (
        "| `field` | text |  |  | title, lead or body. One of `title`, `lead`, `body`. |" in rows
    )  # a CHECK of a list
    assert "| `id` | bigint |  | primary | Key. Flagging an article again replaces its mentions. |" in rows
    assert "| `run_id` | bigint | yes | → [`run`](#run) | The run that flagged it. |" in rows
    assert "One of `past`, `present`, `future`, `historical`." in page
    assert "`score >= 0 AND score <= 1`" in page
    assert "### v_mention" in rows


def test_the_page_of_this_repository_is_fresh(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dictionary.main(["--check", "--url", database_url]) == 0, capsys.readouterr().err
    stale = tmp_path / "page.md"
    assert dictionary.main(["--check", "--url", database_url, "--page", str(stale)]) == 1
    assert "is stale: run" in capsys.readouterr().err
    assert dictionary.main(["--url", database_url, "--page", str(stale)]) == 0
    assert stale.read_text(encoding="utf-8") == dictionary.PAGE.read_text(encoding="utf-8")
