"""A value of the database as JSON and as a cell of CSV. Pure."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from processing.zone import PARIS

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and may run it (OWASP, CSV injection)."""


def as_json(value: Any) -> str:
    """One line of JSON. Raises TypeError for what has no JSON form."""
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    """What JSON has no form for: times as ISO 8601, spans in seconds, bytes as hexadecimal digits."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def cell(value: Any) -> Any:
    """For programs: times as ISO 8601, truth as ``true`` and ``false``, what is nested as JSON, nothing as empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return as_json(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def spreadsheet_cell(value: Any) -> Any:
    """For a French Excel: Paris time as ``2026-11-25 06:30:00``, decimal comma, text that would run as a formula after
    an apostrophe. Numbers that begin with a minus stay numbers."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return disarmed(cell(value))


def disarmed(shown: Any) -> Any:
    """A cell that no spreadsheet runs: text that begins as a formula stands after an apostrophe."""
    return f"'{shown}" if isinstance(shown, str) and shown.startswith(FORMULA) else shown
