"""``vedette corrections``: what publishers changed after we had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import database
from desk.cli.filters import moment
from desk.cli.findings import Json
from desk.cli.printing import POLARITY_STYLE, as_json_lines, counted, day, err, out
from processing.store import revisions


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: `vedette corrections --since 7d`")(corrections)


def corrections(
    since: Annotated[
        str | None, typer.Option(help="Noted since: 7d, 12h, 2w, or a day as 2026-11-01.", metavar="WHEN")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also changes that neither added nor removed a mention.")
    ] = False,
    json: Json = False,
) -> None:
    """List articles that were changed or withdrawn after we had them, and the mentions this brought or took away."""
    with database() as db:
        rows = revisions.corrections(db.conn, since=moment(since) if since else None, every=every)
    if json:
        as_json_lines(rows)
        return
    table = Table(show_lines=True, expand=True, pad_edge=False)
    table.add_column("where", width=22)
    table.add_column("what changed", ratio=1)
    for row in rows:
        where = Text(row["source"] or "unknown source", style="bold")
        where.append(f"\n{day(row['noted_at'])} · #{row['article_id']}\n", style="not bold dim")
        where.append(", ".join(row["changed"]), style="not bold")
        table.add_row(where, _change(row))
    if rows:
        out.print(table)
    err.print(counted(len(rows), "correction") if rows else "no corrections")


def _change(row: Mapping[str, Any]) -> Text:
    shown = Text(row["title"], style="bold")
    if "title" in row["changed"]:
        shown.append(f"\nbefore: {row['title_before']}", style="not bold dim")
    for sign, mentions in (("+", row["mentions_gained"]), ("−", row["mentions_lost"])):
        for mention in mentions or ():
            shown.append(f"\n{sign} {mention['category']} ", style="not bold")
            shown.append(mention["polarity"], style="not bold " + POLARITY_STYLE.get(mention["polarity"], ""))
            shown.append(f" · {mention['sentence']}", style="not bold")
    if row["mentions_gained"] is None:
        shown.append("\nnot flagged yet: `vedette flag`", style="not bold dim")
    return shown
