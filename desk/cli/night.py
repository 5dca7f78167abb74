"""``vedette crawl``, ``extract``, ``flag``, ``ingest`` and ``night``: the stages."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from desk.cli import closing
from desk.cli.context import Database, Watch, database
from desk.cli.filters import moment
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, complain, err, out
from processing.errors import VedetteError
from processing.stage import Progress, StageOutcome
from spiders.catalogue import load_catalogue
from spiders.launch import crawl as crawl_sources
from spiders.outcome import CrawlOutcome
from spiders.outcome import Progress as CrawlProgress
from spiders.settings import user_agent
from spiders.sync import sync_catalogue

Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE", help="Ids of sources; all that are due unless given."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Fetch at most so many new pages per source.")]
Until = Annotated[str | None, typer.Option(help="And before this: a day as 2026-11-01, 7d …", metavar="WHEN")]
Workers = Annotated[
    int,
    typer.Option(min=1, max=64, show_default="2, 1 on a single processor", help="Processes that extract."),
]

WORKERS = min(2, os.cpu_count() or 1)


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: `vedette night rfi opex360`")(night)
    app.command(epilog="Example: `vedette crawl rfi --limit 20`")(crawl)
    app.command(epilog="Example: `vedette extract --workers 2`")(extract)
    app.command(
        epilog="Example: `vedette flag`; after a change of rules: `vedette flag --again --since 2026-01-01`"
    )(flag)
    app.command(epilog="Example: `vedette ingest CC-NEWS-20261122.warc.gz --since 2026-11-22`")(ingest)


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


def crawl(
    source: Sources = None,
    limit: Limit = None,
    recheck: Annotated[
        bool, typer.Option("--recheck", help="Only look again at fresh articles that are due for it.")
    ] = False,
    json: Json = False,
) -> None:
    """Poll what is due, fetch what is new, seal the archive."""
    with database() as db:
        with Watch() as watch:
            crawled = _crawl(db, source or (), limit, watch, every_feed=bool(source), only_relooks=recheck)
        if json:
            as_json_lines([{"stage": "crawl", **_crawl_counts(crawled)}])
        elif recheck:
            out.print(closing.relooks_table(crawled))
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
    since: Annotated[
        str | None,
        typer.Option(
            help="Only what was published since: 7d, 12h, 2w, or a day as 2026-11-01.", metavar="WHEN"
        ),
    ] = None,
    until: Until = None,
    json: Json = False,
) -> None:
    """Find the mentions in pending articles."""
    from processing.flagging import flag_pending

    begin, end = _span(since, until)
    with database() as db:
        with Watch() as watch:
            outcome = flag_pending(db.url, again=again, since=begin, until=end, on_progress=watch)
        _tell(outcome, "flag", json)


def ingest(
    warc: Annotated[
        list[str],
        typer.Argument(metavar="WARC", help="WARC files or their http(s) addresses, ours or Common Crawl's."),
    ],
    source_id: Annotated[
        str | None, typer.Option(help="The source all pages belong to; else told by host.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Only what was recorded since: 7d, 12h, 2w, or a day as 2026-11-01.", metavar="WHEN"
        ),
    ] = None,
    until: Until = None,
    workers: Workers = WORKERS,
    json: Json = False,
) -> None:
    """Read WARC files into articles and mentions. What was ingested before is not read again."""
    from processing.archive.fetching import Fetching
    from processing.extraction import extract_pending
    from processing.flagging import flag_pending
    from processing.ingest import ingest as ingest_files

    begin, end = _span(since, until)
    with database() as db:
        catalogue = load_catalogue(db.settings.catalogue)
        sync_catalogue(db.conn, catalogue)
        if source_id is not None and source_id not in {entry.id for entry in catalogue}:
            raise typer.BadParameter(f"no source {source_id!r} in the catalogue: `vedette sources list`")
        with Watch() as watch:
            ingested, faults = ingest_files(
                db.url,
                warc,
                source_id=source_id,
                since=begin,
                until=end,
                fetching=Fetching.by(db.settings, user_agent(db.settings)),
                on_progress=watch,
            )
            extracted = extract_pending(db.settings, db.url, workers=workers, on_progress=watch)
            flagged = flag_pending(db.url, on_progress=watch)
        for outcome, stage in ((ingested, "ingest"), (extracted, "extract"), (flagged, "flag")):
            _tell(outcome, stage, json)
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(1)


def _span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    begin, end = (moment(text) if text else None for text in (since, until))
    if begin and end and begin >= end:
        raise typer.BadParameter(f"--until {until} is not after --since {since}")
    return begin, end


def _crawl(
    db: Database,
    sources: Sequence[str],
    limit: int | None,
    watch: Watch,
    *,
    every_feed: bool,
    only_relooks: bool = False,
) -> CrawlOutcome:
    def tell(progress: CrawlProgress) -> None:
        looked = f"{progress.polled}/{progress.channels} channels"
        total = progress.fetched + progress.queued
        watch(Progress("crawl", progress.fetched, total, f"{looked} {progress.source or ''}"))

    return crawl_sources(
        db.settings,
        db.url,
        sources,
        limit=limit,
        all_due=every_feed,
        only_relooks=only_relooks,
        on_progress=tell,
    )


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
