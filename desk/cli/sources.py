"""``vedette sources``: the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from desk.cli.context import database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, err, out
from processing.errors import CatalogueError
from processing.settings import load_settings
from spiders.catalogue import load_catalogue
from spiders.sync import sync_catalogue

group = typer.Typer(
    help="The catalogue of sources: list it, check it, bring it into the database.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="sources")


@group.command("list", epilog="Example: `vedette sources list --json | jq -r .id`")
def list_command(json: Json = False) -> None:
    """List the sources of the catalogue."""
    sources = load_catalogue(load_settings().catalogue)
    if json:
        as_json_lines(source.model_dump(mode="json", exclude_none=True) for source in sources)
        return
    table = Table(pad_edge=False)
    for name in ("id", "name", "country", "kind"):
        table.add_column(name)
    for name in ("feeds", "sitemaps", "sections"):
        table.add_column(name, justify="right")
    table.add_column("remark")
    for source in sources:
        remark = source.disabled or (
            f"state media of {source.state_media_of}" if source.state_media_of else ""
        )
        table.add_row(
            source.id, source.name, source.country, source.kind,
            *(str(len(channel) or "·") for channel in (source.feeds, source.sitemaps, source.sections)),
            remark, style="dim" if source.disabled else "",
        )  # fmt: skip
    out.print(table)
    err.print(f"{len(sources)} sources")


@group.command("check", epilog="Example: `VEDETTE_CATALOGUE=mine.yaml vedette sources check`")
def check_command(
    source: Annotated[list[str] | None, typer.Argument(help="Ids of sources; all unless given.")] = None,
) -> None:
    """Check the catalogue without the network: every entry, field and address. Exit status 1 when one is wrong."""
    sources = load_catalogue(load_settings().catalogue)
    unknown = set(source or ()) - {entry.id for entry in sources}
    if unknown:
        raise CatalogueError(
            f"no source {', '.join(sorted(unknown))} in the catalogue: `vedette sources list`"
        )
    checked = [entry for entry in sources if not source or entry.id in source]
    channels = sum(len(entry.feeds) + len(entry.sitemaps) + len(entry.sections) for entry in checked)
    err.print(f"{len(checked)} sources with {channels} feeds, sitemaps and sections: all in order")


@group.command("sync", epilog="Example: `vedette sources sync`")
def sync_command(json: Json = False) -> None:
    """Bring the catalogue into the database. Sources that left it are marked, never deleted."""
    sources = load_catalogue(load_settings().catalogue)
    with database() as db:
        counts = sync_catalogue(db.conn, sources)
        if json:
            as_json_lines([asdict(counts)])
        else:
            err.print(
                ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in asdict(counts).items())
            )
