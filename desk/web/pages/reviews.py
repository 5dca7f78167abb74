"""Reviews: a person's verdict on a mention, and what the verdicts say of the flagger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from desk.reviewing import Measured, measured
from desk.web.faults import BadValueError, MissingError, NotAllowedError
from desk.web.filtering import number
from desk.web.forms import Form, local_path
from desk.web.guard import visit_of
from desk.web.pages.common import desk_of
from desk.web.rendering import render, wording
from processing.mentions import CATEGORIES, POLARITIES
from processing.store import reviews as store
from processing.store.reviews import NOTE_LENGTH, VERDICTS, Review

router = APIRouter()

PAGE: Final = 50
GROUPS: Final = ("category", "source", "trigger", "tier", "rules")


@router.get("/reviews")
def reviews(request: Request) -> Response:
    """Measured precision, and the latest verdicts."""
    before = number("before", request.query_params.get("before"))
    with desk_of(request).reading.transaction() as conn:
        groups = measured(store.precision(conn))
        rows = store.latest(conn, before=before, limit=PAGE + 1)
    everything: list[Measured] = groups.get("all", [])
    return render(
        request,
        "reviews.html",
        active="reviews",
        everything=everything[0] if everything else None,
        groups={name: groups[name] for name in GROUPS if name in groups},
        rows=rows[:PAGE],
        next_before=rows[PAGE - 1]["review_id"] if len(rows) > PAGE else None,
    )


@router.post("/reviews")
def review(request: Request, form: Form) -> Response:
    """Keep a verdict. Fields: mention, verdict, category, polarity, note, next."""
    user = visit_of(request).user
    t = wording(request)
    if user is None or not user.may_review:
        raise NotAllowedError("review.not_allowed")
    wanted = _review(form, user.name)
    try:
        with desk_of(request).reading.writing() as conn:
            kept = store.add(conn, wanted)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction):
        raise NotAllowedError("review.read_only") from None
    if kept is None:
        raise MissingError("review.gone")
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(
            {
                "verdict": wanted.verdict,
                "label": t(f"review.{wanted.verdict}"),
                "by": wanted.reviewer,
                "said": t("review.saved"),
            }
        )
    return RedirectResponse(
        f"{visit_of(request).base}{local_path(form.get('next', '/'))}#m{wanted.mention}", 303
    )


def _review(form: Mapping[str, str], reviewer: str) -> Review:
    """The review that a form asks for. Raises BadValueError.

    A correction names a label other than the flagger's; a label without the verdict means a correction.
    """
    mention = number("mention", form.get("mention"))
    if mention is None:
        raise BadValueError("mention", form.get("mention", ""))
    verdict = form.get("verdict", "")
    if verdict not in VERDICTS:
        raise BadValueError("verdict", verdict)
    note = form.get("note") or None
    if note and len(note) > NOTE_LENGTH:
        raise BadValueError("note", note)
    labels: dict[str, str] = {}
    if verdict == "corrected":
        for name, known in (("category", CATEGORIES), ("polarity", POLARITIES)):
            if value := form.get(name):
                if value not in known:
                    raise BadValueError(name, value)
                labels[name] = value
        if not labels:
            raise BadValueError("category", "")
    return Review(mention, verdict, reviewer[:200], labels.get("category"), labels.get("polarity"), note)
