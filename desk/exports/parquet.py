"""Rows into Parquet, by arro3 (the Rust crates arrow and parquet): the lines of JSON, read with a schema.

The packages are the extra ``parquet``; what imports this module is told so when they are missing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, cast

from desk.exports.cells import as_json
from processing.errors import ExportError

if TYPE_CHECKING:
    from desk.exports.writing import Columns, Rows

ROWS_AT_A_TIME = 4096
"""Rows that become one batch of columns, in memory together."""

ROW_GROUP = 16_384
"""Rows of a row group: what a reader takes at a time, and what the writer holds, compressed, until it is whole. Small
enough for whole articles."""


def write_parquet(rows: Rows, columns: Columns, file: IO[bytes]) -> None:
    """Parquet with Zstandard: instants with their zone (UTC), actors as a list of structs, features as JSON text.

    Raises ExportError when arro3 is not installed.
    """
    try:
        from arro3.io import read_json
        from arro3.io import write_parquet as write
    except ImportError:
        raise ExportError(
            "Parquet needs the packages arro3-core and arro3-io: install them with `pip install 'vedette[parquet]'`,"
            " or export --format csv or jsonl"
        ) from None
    lines = _Lines(rows, columns)
    try:
        write(
            read_json(cast("IO[bytes]", lines), _schema(columns), batch_size=ROWS_AT_A_TIME),
            file,
            compression="zstd(3)",
            max_row_group_size=ROW_GROUP,
        )
    except Exception:
        # The error that the rows raised comes back through Rust without its type.
        if lines.error is not None:
            raise lines.error from None
        raise


class _Lines(io.RawIOBase):
    """The rows as a file of JSON Lines, made while it is read."""

    def __init__(self, rows: Rows, columns: Columns) -> None:
        self._lines = _lines(rows, columns)
        self._rest = memoryview(b"")
        self.error: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if not self._rest:
            try:
                self._rest = memoryview(next(self._lines, b""))
            except BaseException as error:
                self.error = error
                raise
        if size < 0:
            size = len(self._rest)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def _lines(rows: Rows, columns: Columns) -> Iterator[bytes]:
    as_text = [name for name, type_ in columns.items() if type_ == "json"]
    for row in rows:
        wanted = {name: row[name] for name in columns}
        for name in as_text:
            wanted[name] = None if wanted[name] is None else as_json(wanted[name])
        yield as_json(wanted).encode() + b"\n"


def _schema(columns: Columns) -> Any:
    from arro3.core import DataType, Field, Schema

    def struct(**types: Any) -> Any:
        return DataType.struct([Field(name, type_, nullable=True) for name, type_ in types.items()])

    def listed(type_: Any) -> Any:
        return DataType.list(Field("item", type_, nullable=True))

    text, place = DataType.string(), DataType.int32()
    types = {
        "text": text,
        "json": text,
        "int16": DataType.int16(),
        "int32": DataType.int32(),
        "int64": DataType.int64(),
        "float32": DataType.float32(),
        "bool": DataType.bool(),
        "moment": DataType.timestamp("us", tz="UTC"),
        "texts": listed(text),
        "actors": listed(struct(side=text, text=text, kind=text, start=place, end=place)),
        "trigger": struct(text=text, start=place, end=place),
        "speaker": struct(text=text, side=text),
    }
    return Schema([Field(name, types[type_], nullable=True) for name, type_ in columns.items()])
