"""Mentions: filtered, by pages, and as CSV or JSON of the whole list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from desk.exports import cells
from desk.web import filtering
from desk.web.filtering import REVIEWS, SIDES, STATES, Asked
from desk.web.pages.common import desk_of
from desk.web.reading import Reading
from desk.web.rendering import render
from processing.store import browsing
from processing.store.browsing import Place
from spiders.catalogue import KINDS

router = APIRouter()

PAGE: Final = 40
"""Mentions on a page."""

COLUMNS: Final = (
    "mention_id published_at source source_id country kind state_media_of category polarity score sentence speaker"
    " trigger actors certainty stance time plover cameo intensity title url article_id story_id paywall verdict"
    " right_category right_polarity note reviewer reviewed_at rules_version"
).split()
"""Of an export, in this order."""


@router.get("/mentions")
def mentions(request: Request) -> Response:
    """One page of the mentions that the address asks for."""
    asked = filtering.read(request.query_params)
    with desk_of(request).reading.transaction() as conn:
        rows = browsing.mentions(conn, asked.query, after=asked.after, limit=PAGE + 1)
        sources = browsing.source_names(conn)
    last = Place.of(rows[PAGE - 1]) if len(rows) > PAGE else None
    return render(
        request,
        "mentions.html",
        active="mentions",
        asked=asked,
        rows=rows[:PAGE],
        next_address=asked.address(after=last) if last else None,
        sources=sources,
        countries=sorted({row["country"] for row in sources}),
        kinds=KINDS,
        sides=SIDES,
        states=STATES,
        reviews=REVIEWS,
    )


@router.get("/mentions.csv")
def mentions_csv(request: Request) -> Response:
    """The whole list as comma-separated values (RFC 4180), for a spreadsheet."""
    return _export(request, "csv", "text/csv; charset=utf-8; header=present")


@router.get("/mentions.json")
def mentions_json(request: Request) -> Response:
    """The whole list as one JSON array."""
    return _export(request, "json", "application/json")


def _export(request: Request, form: str, media_type: str) -> Response:
    asked = filtering.read(request.query_params)
    rows = _rows(desk_of(request).reading, asked)
    # The first row is read before the answer begins, so that a database that is not there is still told as such.
    first = next(rows, None)
    whole = _chained(first, rows)
    name = f"mentions-{datetime.now(UTC):%Y-%m-%d}.{form}"
    return StreamingResponse(
        as_csv(whole) if form == "csv" else as_json(whole),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(reading: Reading, asked: Asked) -> Iterator[Mapping[str, Any]]:
    with reading.streaming() as conn:
        yield from browsing.stream_mentions(conn, asked.query)


def _chained(
    first: Mapping[str, Any] | None, rest: Iterator[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    if first is not None:
        yield first
        yield from rest


def as_csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Lines of CSV with a header.

    A text that a spreadsheet would take for a formula (OWASP: CSV injection) gets an apostrophe before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in COLUMNS])
        if buffer.tell() > 32_768:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_json(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One array, an object on each line."""
    before = "[\n"
    for row in rows:
        kept = {name: row.get(name) for name in COLUMNS}
        yield before + cells.as_json(kept)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _cell(value: Any) -> Any:
    return value if isinstance(value, bool) else cells.disarmed(cells.cell(value))
