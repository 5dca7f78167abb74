"""SQL statements kept as files beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import LiteralString

_SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> LiteralString:
    """The text of ``sql/<name>.sql``. It comes with the program, so it counts as a literal."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
