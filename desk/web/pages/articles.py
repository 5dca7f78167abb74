"""Articles: search, one article with what was found in it, and its page as it was received."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from desk.web import marking
from desk.web.faults import BadValueError, MissingError
from desk.web.filtering import key, number, words
from desk.web.pages.common import desk_of
from desk.web.rendering import render, wording
from processing.archive.reading import read_record
from processing.clean.decode import decode, readable
from processing.errors import ArchiveError
from processing.store import browsing

router = APIRouter()

PAGE: Final = 20
"""Articles on a page of results."""

SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""Content-Security-Policy of an archived page: an origin of its own, no script, nothing fetched from anywhere."""


@router.get("/articles")
def search(request: Request) -> Response:
    """Full-text search over all articles; without words, the form."""
    asked = words("q", readable(request.query_params.get("q") or "").strip())
    after = _rank(request.query_params.get("after") or "")
    rows = []
    if asked:
        with desk_of(request).reading.transaction() as conn:
            rows = browsing.search(conn, asked, after=after, limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render(
        request,
        "search.html",
        active="search",
        words=asked,
        rows=[{**row, "snippet": marking.snippet(row["snippet"])} for row in rows[:PAGE]],
        paged=after is not None,
        next_place=f"{last['rank']!r}~{last['article_id']}" if last else None,
    )


@router.get("/articles/{number}")
def article(request: Request, number: str) -> Response:
    """One article: its text marked, the mentions, what its publisher changed, who else carries it."""
    found = _article(request, number)
    with desk_of(request).reading.transaction() as conn:
        others = browsing.story_articles(conn, [found["story_id"]]) if found["story_id"] else []
    texts = {
        field: marking.paragraphs(found[field], [m for m in found["mentions"] if m["field"] == field])
        for field in ("title", "lead", "body")
    }
    t = wording(request)
    for revision in found["revisions"]:
        revision["what"] = ", ".join(t.known(f"article.changed.{what}", what) for what in revision["changed"])
    return render(
        request,
        "article.html",
        active="search",
        article=found,
        texts=texts,
        polarity_of={m["mention_id"]: m["polarity"] for m in found["mentions"]},
        others=[row for row in others if row["article_id"] != found["article_id"]],
    )


@router.get("/articles/{number}/page")
def page(request: Request, number: str) -> Response:
    """The archived page in a frame that can do nothing, under the desk's own head."""
    found = _article(request, number)
    revision = _revision(found, request.query_params.get("revision"))
    fault = ""
    try:
        _archived(desk_of(request).archive, revision or found)
    except ArchiveError as error:
        fault = str(error).rpartition("/")[2]
    return render(
        request,
        "archived.html",
        active="search",
        article=found,
        revision=revision,
        kept=bool((revision or found)["segment"]),
        fault=fault,
    )


@router.get("/articles/{number}/archived")
def archived(request: Request, number: str) -> Response:
    """The page as it was received, in UTF-8, under a policy that makes it a picture: see SANDBOX."""
    found = _article(request, number)
    revision = _revision(found, request.query_params.get("revision"))
    try:
        record = _archived(desk_of(request).archive, revision or found)
    except ArchiveError:
        raise MissingError from None
    headers = {"Content-Security-Policy": SANDBOX, "Cache-Control": "private, max-age=3600"}
    text = decode(record.body, record.content_type or "")
    if re.match(r"(text/html|application/xhtml\+xml)\b", record.content_type or "text/html", re.IGNORECASE):
        return HTMLResponse(text, headers=headers)
    return Response(text, media_type="text/plain", headers=headers)


def _article(request: Request, number: str) -> browsing.Row:
    wanted = key(number)
    with desk_of(request).reading.transaction() as conn:
        found = browsing.article(conn, wanted)
    if found is None:
        raise MissingError
    return found


def _revision(found: Mapping[str, Any], asked: str | None) -> Mapping[str, Any] | None:
    wanted = number("revision", asked)
    if wanted is None:
        return None
    for revision in found["revisions"]:
        if revision["revision_id"] == wanted:
            return dict(revision)
    raise MissingError


def _archived(archive: Path, row: Mapping[str, Any]) -> Any:
    if row["segment"] is None or row["record_offset"] is None:
        raise ArchiveError("not kept")
    return read_record(archive / row["segment"], row["record_offset"])


def _rank(text: str) -> tuple[float, int] | None:
    if not text:
        return None
    rank, _, last = text.partition("~")
    if not re.fullmatch(r"[0-9.e+-]{1,30}", rank) or not last:
        raise BadValueError("after", text)
    try:
        place = float(rank), number("after", last)
    except ValueError:
        raise BadValueError("after", text) from None
    return (place[0], place[1]) if place[1] is not None else None
