"""``vedette reviews``: what people said of mentions, and the gold file it makes."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from desk.cli.context import database
from desk.cli.filters import moment
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, counted, day, err, out
from desk.reviewing import Measured, gold, measured
from processing.store import reviews as store

reviews = typer.Typer(help="What people said of mentions.", no_args_is_help=True)

Since = Annotated[
    str | None, typer.Option(help="Reviewed since: 7d, 12h, 2w, or a day as 2026-11-01.", metavar="WHEN")
]


def register(app: typer.Typer) -> None:
    reviews.command("list", epilog="Example: `vedette reviews list --since 7d`")(list_reviews)
    reviews.command("precision", epilog="Example: `vedette reviews precision`")(precision)
    reviews.command("export", epilog="Example: `vedette reviews export > reviewed.jsonl`")(export)
    app.add_typer(reviews, name="reviews")


def list_reviews(
    since: Since = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many (table: 50 unless given).")
    ] = None,
    json: Json = False,
) -> None:
    """List the latest verdict on each reviewed mention, newest first."""
    with database() as db:
        rows = store.latest(
            db.conn, since=moment(since) if since else None, limit=limit or (None if json else 50)
        )
    if json:
        as_json_lines(rows)
        return
    table = Table(show_lines=True, expand=True, pad_edge=False)
    for name, options in (
        ("when", {"no_wrap": True}), ("who", {"max_width": 16}), ("verdict", {"no_wrap": True}),
        ("mention", {"ratio": 1}),
    ):  # fmt: skip
        table.add_column(name, **options)
    for row in rows:
        right = f"{row['right_category']}, {row['right_polarity']}"
        said = f"{row['mention_category']}, {row['mention_polarity']}"
        label = f"{said} → {right}" if row["verdict"] == "corrected" else said
        note = f"\n({row['note']})" if row["note"] else ""
        table.add_row(
            day(row["reviewed_at"]), row["reviewer"], row["verdict"], f"{label}\n{row['sentence']}{note}"
        )
    if rows:
        out.print(table)
    err.print(counted(len(rows), "review") if rows else "no reviews")


def precision(json: Json = False) -> None:
    """Print the precision measured by reviews, with 95 % Wilson intervals, by category, source and trigger."""
    with database() as db:
        groups = measured(store.precision(db.conn))
    if json:
        as_json_lines({"by": kind, **one.as_dict()} for kind, rows in groups.items() for one in rows)
        return
    table = Table(pad_edge=False)
    for name in ("", "group"):
        table.add_column(name)
    for name in ("judged", "precision", "95 % interval", "category right", "polarity right"):
        table.add_column(name, justify="right")
    for kind, rows in groups.items():
        for position, one in enumerate(rows):
            table.add_row("" if position else kind, one.name, *_figures(one))
    if groups:
        out.print(table)
    else:
        err.print("no reviews")


def export(since: Since = None) -> None:
    """Write the reviewed sentences as a gold file (JSON Lines) that `vedette evaluate` reads.

    A sentence is one of cooperation when a mention in it was confirmed or corrected. Sentences in which nothing was
    found are not in it, so precision on it means something and recall does not.
    """
    with database() as db:
        written = as_json_lines(gold(store.sentences(db.conn, since=moment(since) if since else None)))
    err.print(counted(written, "sentence"))


def _figures(one: Measured) -> tuple[str, ...]:
    def share(value: float | None) -> str:
        return "·" if value is None else f"{value:.0%}"

    low, high = one.precision.interval
    return (
        str(one.precision.of),
        share(one.precision.value),
        f"{low:.0%} – {high:.0%}",
        share(one.category.value),
        share(one.polarity.value),
    )
