"""Runs: what each stage did, and where Airflow shows it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from desk.web.faults import BadValueError
from desk.web.filtering import number
from desk.web.pages.common import desk_of
from desk.web.rendering import render
from processing.store import browsing

router = APIRouter()

PAGE: Final = 50

STAGES: Final = ("crawl", "extract", "flag", "ingest", "night", "brief", "watch", "backup", "upkeep")

DAGS: Final = {
    "crawl": "overnight_crawl",
    "night": "overnight_crawl",
    "extract": "extract_articles",
    "flag": "flag_mentions",
}
"""The DAG that runs a stage."""

RATES: Final = {
    "extract": ("extraction_rate", "french_share", "quarantined_share", "dated_share"),
    "flag": ("mention_share", "quarantined_share"),
}
"""The rates that mean something for a stage."""


@router.get("/runs")
def runs(request: Request) -> Response:
    """A page of runs, newest first; ``?stage=`` narrows it."""
    stages = [stage for stage in request.query_params.getlist("stage") if stage]
    for stage in stages:
        if stage not in STAGES:
            raise BadValueError("stage", stage)
    before = number("before", request.query_params.get("before"))
    desk = desk_of(request)
    with desk.reading.transaction() as conn:
        rows = browsing.runs(conn, stages=stages, before=before, limit=PAGE + 1)
    return render(
        request, "runs.html", active="runs", rows=rows[:PAGE], stages=STAGES, chosen=stages, rates=RATES, dags=DAGS,
        airflow=desk.airflow_url, next_before=rows[PAGE - 1]["run_id"] if len(rows) > PAGE else None,
    )  # fmt: skip
