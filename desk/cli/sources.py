"""``vedette sources``: the catalogue."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from desk.cli.context import database
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, err, out
from processing.settings import load_settings
from spiders.catalogue import Kind, load_catalogue
from spiders.sync import sync_catalogue

group = typer.Typer(
    help="The catalogue of sources: list it, check it, add to it, bring it into the database.",
    no_args_is_help=True,
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


@group.command(
    "check",
    epilog="Example: `VEDETTE_CATALOGUE=mine.yaml vedette sources check` (no network); `vedette sources check rfi`; "
    "`vedette sources check https://www.exemple.fr/ --json`",
)
def check_command(
    source: Annotated[
        list[str] | None,
        typer.Argument(help="Ids or addresses to look at live; without any, every entry is checked offline."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not look: check the entries alone.")] = False,
    json: Json = False,
) -> None:
    """Check the catalogue without the network, or look at sources live. Exit status 1 when one is wrong or of no use.

    The look asks for robots.txt, opt-outs, feeds, sitemaps and three articles, as politely as a night does, stores
    nothing, and says what to write into the catalogue.
    """
    settings = load_settings()
    catalogue = load_catalogue(settings.catalogue)
    checked = catalogue
    if source:
        # Imported late: reading feeds and telling languages takes long to load.
        from desk.cli import inspection

        if not offline:
            inspection.look(settings, source, catalogue, json=json)
            return
        checked = inspection.listed(source, catalogue)
    channels = sum(len(entry.channels) for entry in checked)
    if json:
        as_json_lines({"id": entry.id, "channels": len(entry.channels)} for entry in checked)
    err.print(f"{len(checked)} sources with {channels} feeds, sitemaps and sections: all in order")


@group.command(
    "add",
    epilog="Example: `vedette sources add https://www.exemple.fr/ --kind weekly`; "
    "`vedette sources add exemple.fr --dry-run` only shows what it would write",
)
def add_command(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The site, or a feed, sitemap or section page of it.")
    ],
    id: Annotated[str | None, typer.Option("--id", help="Its id; made from the host unless given.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name; taken from the page unless given.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 code; guessed unless given.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What it is; guessed unless given.")] = None,
    file: Annotated[
        str | None,
        typer.Option(help="Which file of a catalogue folder; added.yaml unless given.", metavar="NAME"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    json: Json = False,
) -> None:
    """Look at a source that is not in the catalogue and write its entry there. Exit status 1: nothing was written."""
    from desk.cli import inspection
    from spiders.inspection.entry import Stated

    stated = Stated(id, name, country, kind)
    inspection.add(load_settings(), url, stated, file=file, dry_run=dry_run, json=json)


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
