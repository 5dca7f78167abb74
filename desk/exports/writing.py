"""Rows into a file: CSV, JSON Lines or Parquet, row by row."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from typing import IO, Any, Literal, get_args

from desk.exports.cells import as_json, cell, spreadsheet_cell
from desk.exports.columns import Type

Format = Literal["csv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

Rows = Iterable[Mapping[str, Any]]
Columns = Mapping[str, Type]


def write_csv(rows: Rows, columns: Columns, file: IO[bytes], *, excel: bool = False) -> None:
    """RFC 4180 in UTF-8, with a header. ``excel``: with a byte order mark, semicolons and `spreadsheet_cell`."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    try:
        if excel:
            file.write(codecs.BOM_UTF8)
        writer = csv.writer(text, delimiter=";" if excel else ",")
        shown = spreadsheet_cell if excel else cell
        writer.writerow(columns)
        for row in rows:
            writer.writerow([shown(row[name]) for name in columns])
        text.flush()
    finally:
        text.detach()


def write_json_lines(rows: Rows, columns: Columns, file: IO[bytes]) -> None:
    """One JSON object a line, in UTF-8, as ``--json`` prints it."""
    for row in rows:
        file.write(as_json({name: row[name] for name in columns}).encode() + b"\n")


def write(rows: Rows, columns: Columns, file: IO[bytes], form: Format, *, excel: bool = False) -> None:
    """Write the rows in one of the forms. Raises ExportError when the packages that Parquet needs are missing."""
    match form:
        case "csv":
            write_csv(rows, columns, file, excel=excel)
        case "jsonl":
            write_json_lines(rows, columns, file)
        case "parquet":
            from desk.exports.parquet import write_parquet

            write_parquet(rows, columns, file)
