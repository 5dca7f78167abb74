"""Sources: health, completeness, opt-outs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from desk.web.pages.common import desk_of
from desk.web.rendering import render
from processing.store import browsing

router = APIRouter()

LEAST_TOLD = 0.8
"""A source that announces a smaller share of its articles is to be looked at."""
FORGOTTEN = timedelta(days=3)


@router.get("/sources")
def sources(request: Request) -> Response:
    """Every source; with ``?show=trouble`` those to look at."""
    with desk_of(request).reading.transaction() as conn:
        rows = browsing.sources(conn)
    rows = [{**row, "troubles": troubles(row, datetime.now(UTC))} for row in rows]
    to_look_at = [row for row in rows if row["troubles"]]
    only = request.query_params.get("show") == "trouble"
    return render(
        request, "sources.html", active="sources", rows=to_look_at if only else rows, only=only,
        all_sources=len(rows), to_look_at=len(to_look_at),
    )  # fmt: skip


def troubles(row: Mapping[str, Any], now: datetime) -> list[str]:
    """What is wrong with a source that is crawled: failing, never, silent, low, gaps, told. Pure."""
    if row["why_disabled"]:
        return []
    found = []
    if row["failing_feeds"]:
        found.append("failing")
    elif row["last_ok_at"] is None or row["last_ok_at"] < now - FORGOTTEN:
        found.append("never")
    if row["silent"]:
        found.append("silent")
    elif row["low"]:
        found.append("low")
    if row["gaps"]:
        found.append("gaps")
    if row["caught"] is not None and row["caught"] < LEAST_TOLD:
        found.append("told")
    return found
