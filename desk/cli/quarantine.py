"""``vedette quarantine``: what a stage could not digest, why, and once more."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import Watch, database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, counted, day, err, no_longer_kept, out
from processing.archive.reading import read_record
from processing.errors import VedetteError
from processing.store import quarantine

group = typer.Typer(
    help="What a stage could not digest: pages that cannot be read, archives that break off, articles without a date.",
    no_args_is_help=True,
)
Stage = Annotated[str | None, typer.Option(help=f"Of one stage: {', '.join(quarantine.STAGES)}.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="quarantine")


@group.command("list", epilog="Example: `vedette quarantine list --stage extract`")
def list_command(
    stage: Stage = None,
    every: Annotated[bool, typer.Option("--all", help="Also what went well at a later try.")] = False,
    limit: Annotated[int, typer.Option(help="Rows at most, newest first.", min=1)] = 50,
    json: Json = False,
) -> None:
    """List what is held, with the reason."""
    with database() as db:
        rows = quarantine.held(db.conn, stage=_known(stage), every=every, limit=limit + 1)
    if json:
        as_json_lines(rows[:limit])
        return
    table = Table(pad_edge=False)
    for name in ("id", "stage", "what and why", "tried", "last"):
        table.add_column(name, justify="right" if name in ("id", "tried") else "left")
    for row in rows[:limit]:
        told = Text(row["subject"], style="bold").append(f"\n{row['reason']}", style="not bold")
        table.add_row(
            str(row["id"]), row["stage"], told, str(row["attempts"]), day(row["last_at"]),
            style="dim" if row["settled_at"] else "",
        )  # fmt: skip
    if rows:
        out.print(table)
    err.print(
        f"the newest {limit}; --limit shows more"
        if len(rows) > limit
        else f"{counted(len(rows), 'thing')} held"
        if rows
        else "nothing is held"
    )


@group.command(
    "show", epilog="Example: `vedette quarantine show 12`; `vedette quarantine show 12 --raw > page.html`"
)
def show_command(
    id: Annotated[int, typer.Argument(help="Its id in the list.")],
    raw: Annotated[bool, typer.Option("--raw", help="Print the recorded page itself.")] = False,
    json: Json = False,
) -> None:
    """Show one thing that is held: reason, page, where its record lies."""
    with database() as db:
        row = _row(quarantine.held(db.conn, ids=[id], every=True), id)
    if raw:
        if row["segment"] is None:
            raise VedetteError(f"no page is recorded for {id}: {row['subject']}")
        if row["record_removed_at"]:
            raise VedetteError(f"{row['subject']}: {no_longer_kept(row['record_removed_at'])}")
        page = read_record(db.settings.archive / row["segment"], row["record_offset"])
        sys.stdout.buffer.write(page.body)
    elif json:
        as_json_lines([row])
    else:
        for name, value in row.items():
            if value is not None:
                out.print(
                    Text(f"{name:<18}", style="dim").append(str(value), style="not dim"), soft_wrap=True
                )


@group.command(
    "retry", epilog="Example: `vedette quarantine retry 12 13`; `vedette quarantine retry --stage extract`"
)
def retry_command(
    ids: Annotated[list[int] | None, typer.Argument(help="Ids in the list.")] = None,
    stage: Stage = None,
    json: Json = False,
) -> None:
    """Try again what is held: some ids, or everything of a stage. Exit status 1 when something is held still."""
    if not ids and not stage:
        raise typer.BadParameter("name ids, or a --stage")
    # Imported late: trafilatura takes long to load.
    from processing.extraction import extract_pending
    from processing.ingest import ingest

    with database() as db:
        rows = quarantine.held(db.conn, ids=ids or None, stage=_known(stage))
        for id in ids or ():
            _row(rows, id)
        files = [Path(row["subject"]) for row in rows if row["stage"] == "ingest"]
        with Watch() as watch:
            if files:
                ingest(db.url, files, on_progress=watch)
            quarantine.send_back(db.conn, [row["page_id"] for row in rows if row["page_id"] is not None])
            extract_pending(db.settings, db.url, on_progress=watch)
        tried = quarantine.held(db.conn, ids=[row["id"] for row in rows], every=True)
    if json:
        as_json_lines(tried)
    left = [row for row in tried if row["settled_at"] is None]
    err.print(f"{len(tried) - len(left)} of {len(tried)} went well")
    if left:
        raise VedetteError("; ".join(f"{row['id']} {row['subject']}: {_why(row)}" for row in left))


def _why(row: Mapping[str, Any]) -> str:
    """Why a thing is held still: a page whose recording is gone was not even tried."""
    return no_longer_kept(row["record_removed_at"]) if row["record_removed_at"] else str(row["reason"])


def _known(stage: str | None) -> str | None:
    if stage is not None and stage not in quarantine.STAGES:
        raise typer.BadParameter(f"{stage!r} is none of {', '.join(quarantine.STAGES)}")
    return stage


def _row(rows: Sequence[Mapping[str, Any]], id: int) -> Mapping[str, Any]:
    found = next((row for row in rows if row["id"] == id), None)
    if found is None:
        raise VedetteError(f"nothing is held under {id}: `vedette quarantine list` shows what is")
    return found
