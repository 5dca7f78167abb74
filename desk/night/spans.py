"""The days that a run reads, as moments: midnights in Paris. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from desk.night.errors import RunParamsError
from processing.zone import PARIS

Span = tuple[datetime | None, datetime | None]
"""From this moment, and before that one; None: no bound."""


def of_run(context: Mapping[str, Any]) -> Span:
    """The days of a run of a DAG with data intervals, from the context of its task.

    A run by hand reads those of its parameters, any other one the days of its data interval. Raises RunParamsError.
    """
    if context["dag_run"].run_type == "manual":
        return asked_for(context["params"])
    return _midnight(context["data_interval_start"].date()), _midnight(context["data_interval_end"].date())


def asked_for(params: Mapping[str, Any]) -> Span:
    """The parameters ``since`` and ``until`` (days, or empty). Raises RunParamsError when they are no range."""
    since, until = (
        _midnight(_day(params[name])) if params.get(name) else None for name in ("since", "until")
    )
    if since and until and since >= until:
        raise RunParamsError(f"« until » ({until:%Y-%m-%d}) is not after « since » ({since:%Y-%m-%d})")
    return since, until


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RunParamsError(f"{text!r} is not a day as 2026-11-01") from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
