"""``vedette export``: mentions, articles, stories and sources as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields
from typing import Annotated, TypeVar

import typer

from desk.cli.context import Watch, database
from desk.cli.filters import (
    Category,
    Country,
    Kind,
    LeastScore,
    Polarity,
    Side,
    Since,
    Source,
    Until,
    Words,
    mention_filter,
)
from desk.cli.printing import counted, err
from desk.exports.columns import COLUMNS
from desk.exports.destination import STDOUT, destination
from desk.exports.writing import FORMATS, Format, write
from processing.stage import Progress
from processing.store import exports
from processing.store.exports import BATCH, OF_SOURCES, WHATS, What
from processing.store.findings import MentionFilter, Row

Choice = TypeVar("Choice", bound=str)


def register(app: typer.Typer) -> None:
    app.command(
        "export",
        epilog="Example: `vedette export --format parquet --since 2026-01-01 -o 2026.parquet`;"
        " `vedette export --format csv --excel --category ENERGY -o energie.csv`",
    )(export_command)


def export_command(
    form: Annotated[str, typer.Option("--format", help="csv, jsonl or parquet.", metavar="FORMAT")],
    what: Annotated[
        str, typer.Option(help="mentions, articles, stories or sources.", metavar="WHAT")
    ] = "mentions",
    since: Since = None,
    until: Until = None,
    category: Category = None,
    polarity: Polarity = None,
    source: Source = None,
    country: Country = None,
    kind: Kind = None,
    side: Side = None,
    text: Words = None,
    least_score: LeastScore = 0.0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    to: Annotated[
        str, typer.Option("--output", "-o", help="The file; - for the standard output.", metavar="FILE")
    ] = STDOUT,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel",
            help="CSV for a French Excel: byte order mark, semicolons, decimal comma, Paris time; text that begins "
            "with = + - @ gets an apostrophe before it, so that it never runs as a formula.",
        ),
    ] = False,
) -> None:
    """Write mentions, articles, stories or sources to a file: CSV, JSON Lines or Parquet.

    Rows are written as they come from the database, so a million of them need no more memory than a thousand. The
    file is there when it is whole: until then it has another name. Articles and stories are those with a mention that
    passes, when a filter asks for what only mentions have (category, polarity, side, score).
    """
    wanted_form, wanted_what = _chosen(form, FORMATS, "format"), _chosen(what, WHATS, "export of")
    if excel and wanted_form != "csv":
        raise typer.BadParameter("--excel goes with --format csv")
    wanted = mention_filter(
        since=since,
        until=until,
        category=category,
        polarity=polarity,
        source=source,
        country=country,
        kind=kind,
        side=side,
        text=text,
        least_score=least_score,
        limit=limit,
    )
    if wanted_what == "sources":
        _of_sources(wanted)
    written = export(wanted_what, wanted, wanted_form, to, excel=excel)
    err.print(f"{counted(written, 'row')} written" + ("" if to == STDOUT else f" to {to}"), soft_wrap=True)


def export(what: What, wanted: MentionFilter, form: Format, to: str, *, excel: bool = False) -> int:
    """Write the rows that pass to the file ``to`` (``-``: stdout) and show how far it is; returns how many."""
    written = 0

    def counting(rows: Iterable[Row]) -> Iterator[Row]:
        nonlocal written
        for row in rows:
            yield row
            written += 1
            if written % BATCH == 0:
                watch(Progress("export", written))

    with (
        database() as db,
        Watch() as watch,
        destination(to, binary=form == "parquet") as file,
        closing(exports.rows(db.conn, what, wanted)) as rows,
    ):
        write(counting(rows), COLUMNS[what], file, form, excel=excel)
    return written


def _of_sources(wanted: MentionFilter) -> None:
    asked = [
        field.name
        for field in fields(MentionFilter)
        if field.name not in OF_SOURCES and getattr(wanted, field.name) != field.default
    ]
    if asked:
        raise typer.BadParameter("sources can be narrowed by --source, --country, --kind and --limit alone")


def _chosen(value: str, known: tuple[Choice, ...], name: str) -> Choice:
    for one in known:
        if one == value.casefold():
            return one
    raise typer.BadParameter(f"no {name} {value!r}: choose from {', '.join(known)}")
