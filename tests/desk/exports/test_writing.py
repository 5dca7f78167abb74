"""Writers by themselves: what goes wrong while rows come."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.exports.cells import spreadsheet_cell
from desk.exports.destination import destination
from desk.exports.writing import FORMATS, Format, write
from processing.errors import ExportError

TEXT = {"sentence": "text"}


class BrokenOffError(Exception):
    """The database went away."""


def breaking_off() -> Iterator[dict[str, Any]]:
    yield from ({"sentence": str(number)} for number in range(5000))
    raise BrokenOffError


@pytest.mark.parametrize("form", get_args(Format))
def test_rows_that_break_off_raise_their_own_error_and_leave_nothing(form: Format, tmp_path: Path) -> None:
    file = tmp_path / "export"
    with pytest.raises(BrokenOffError), destination(str(file), binary=True) as opened:
        write(breaking_off(), TEXT, opened, form)
    assert list(tmp_path.iterdir()) == []


def test_without_the_packages_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arro3.io", None)
    with pytest.raises(ExportError, match=r"pip install 'vedette\[parquet\]'.*csv or jsonl"):
        write([{"sentence": "a"}], TEXT, io.BytesIO(), "parquet")
    for form in FORMATS[:2]:
        write([{"sentence": "a"}], TEXT, io.BytesIO(), form)


@given(st.text())
def test_no_text_begins_as_a_formula_in_a_spreadsheet(text: str) -> None:
    shown = spreadsheet_cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == text.removeprefix("'")


def test_numbers_stay_numbers_in_a_spreadsheet() -> None:
    assert [spreadsheet_cell(value) for value in (-3, -9.5, True, None)] == [-3, "-9,5", "true", None]
