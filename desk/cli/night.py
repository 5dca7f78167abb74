"""``vedette crawl``, ``extract``, ``flag``, ``ingest`` and ``night``: the stages."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from desk.cli import closing
from desk.cli.context import Database, Watch, database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, complain, err, out
from processing.errors import VedetteError
from processing.stage import Progress, StageOutcome
from spiders.catalogue import load_catalogue
from spiders.launch import crawl as crawl_sources
from spiders.outcome import CrawlOutcome
from spiders.outcome import Progress as CrawlProgress
from spiders.sync import sync_catalogue

Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE", help="Ids of sources; all that are due unless given."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Fetch at most so many new pages per source.")]
Workers = Annotated[
    int,
    typer.Option(min=1, max=64, show_default="2, 1 on a single processor", help="Processes that extract."),
]

WORKERS = min(2, os.cpu_count() or 1)


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: `vedette night rfi opex360`")(night)
    app.command(epilog="Example: `vedette crawl rfi --limit 20`")(crawl)
    app.command(epilog="Example: `vedette extract --workers 2`")(extract)
    app.command(epilog="Example: `vedette flag`; after a change of rules: `vedette flag --again`")(flag)
    app.command(epilog="Example: `vedette ingest CC-NEWS-20261122.warc.gz`")(ingest)


def night(
    source: Sources = None,
    limit: Limit = None,
    workers: Workers = WORKERS,
    json: Json = False,
) -> None:
    """Crawl, extract and flag: look at every feed, fetch what is new, list the mentions found."""
    from processing.extraction import extract_pending
    from processing.flagging import flag_pending

    with database() as db:
        with Watch() as watch:
            crawled = _crawl(db, source or (), limit, watch, every_feed=True)
            extracted = extract_pending(db.settings, db.url, workers=workers, on_progress=watch)
            flagged = flag_pending(db.url, on_progress=watch)
        if json:
            as_json_lines([
                {"stage": "crawl", **_crawl_counts(crawled)},
                {"stage": "extract", **_stage_counts(extracted)},
                {"stage": "flag", **_stage_counts(flagged)},
            ])  # fmt: skip
        else:
            closing.close(db.conn, crawled, extracted, flagged)
    if closing.all_unreachable(crawled):
        raise VedetteError("no source could be reached: is the network up? `vedette health` lists them")


def crawl(source: Sources = None, limit: Limit = None, json: Json = False) -> None:
    """Poll what is due, fetch what is new, seal the archive."""
    with database() as db:
        with Watch() as watch:
            crawled = _crawl(db, source or (), limit, watch, every_feed=bool(source))
        if json:
            as_json_lines([{"stage": "crawl", **_crawl_counts(crawled)}])
        else:
            out.print(closing.sources_table(db.conn, crawled))
    if closing.all_unreachable(crawled):
        raise VedetteError("no source could be reached")


def extract(workers: Workers = 1, json: Json = False) -> None:
    """Turn pending archive records into articles."""
    from processing.extraction import extract_pending

    with database() as db:
        with Watch() as watch:
            outcome = extract_pending(db.settings, db.url, workers=workers, on_progress=watch)
        _tell(outcome, "extract", json)


def flag(
    again: Annotated[
        bool, typer.Option("--again", help="Also read anew what was flagged under other rules.")
    ] = False,
    json: Json = False,
) -> None:
    """Find the mentions in pending articles."""
    from processing.flagging import flag_pending

    with database() as db:
        with Watch() as watch:
            outcome = flag_pending(db.url, again=again, on_progress=watch)
        _tell(outcome, "flag", json)


def ingest(
    warc: Annotated[list[Path], typer.Argument(metavar="WARC", help="WARC files, ours or Common Crawl's.")],
    source_id: Annotated[
        str | None, typer.Option(help="The source all pages belong to; else told by host.")
    ] = None,
    workers: Workers = WORKERS,
    json: Json = False,
) -> None:
    """Read WARC files into articles and mentions. What was ingested before is not read again."""
    from processing.extraction import extract_pending
    from processing.flagging import flag_pending
    from processing.ingest import ingest as ingest_files

    with database() as db:
        catalogue = load_catalogue(db.settings.catalogue)
        sync_catalogue(db.conn, catalogue)
        if source_id is not None and source_id not in {entry.id for entry in catalogue}:
            raise typer.BadParameter(f"no source {source_id!r} in the catalogue: `vedette sources list`")
        with Watch() as watch:
            ingested, faults = ingest_files(db.url, warc, source_id=source_id, on_progress=watch)
            extracted = extract_pending(db.settings, db.url, workers=workers, on_progress=watch)
            flagged = flag_pending(db.url, on_progress=watch)
        for outcome, stage in ((ingested, "ingest"), (extracted, "extract"), (flagged, "flag")):
            _tell(outcome, stage, json)
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(1)


def _crawl(
    db: Database, sources: Sequence[str], limit: int | None, watch: Watch, *, every_feed: bool
) -> CrawlOutcome:
    def tell(progress: CrawlProgress) -> None:
        looked = f"{progress.polled}/{progress.channels} channels"
        total = progress.fetched + progress.queued
        watch(Progress("crawl", progress.fetched, total, f"{looked} {progress.source or ''}"))

    return crawl_sources(db.settings, db.url, sources, limit=limit, all_due=every_feed, on_progress=tell)


def _crawl_counts(crawled: CrawlOutcome) -> Mapping[str, Any]:
    return {
        "run_id": crawled.run_id,
        "seconds": round(crawled.seconds, 2),
        **crawled.totals,
        "by_source": {source: counts.as_dict() for source, counts in crawled.per_source.items()},
    }


def _stage_counts(outcome: StageOutcome) -> Mapping[str, Any]:
    return {"run_id": outcome.run_id, "seconds": round(outcome.seconds, 2), **outcome.counts}


def _tell(outcome: StageOutcome, stage: str, json: bool) -> None:
    if json:
        as_json_lines([{"stage": stage, **_stage_counts(outcome)}])
        return
    figures = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in outcome.counts.items())
    err.print(f"{stage}: {figures or 'nothing waited'} ({outcome.seconds:.1f} s)")
