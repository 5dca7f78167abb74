"""``vedette watch``: watch lists, their feeds and messages."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.table import Table

from desk.cli.context import database
from desk.cli.filters import (
    Category,
    Country,
    Kind,
    LeastScore,
    Polarity,
    Side,
    Source,
    Words,
    mention_filter,
)
from desk.cli.findings import Json
from desk.cli.printing import as_json_lines, counted, day, err, mentions_table, out
from desk.exports.destination import STDOUT, destination
from desk.watch import saved
from desk.watch.feeds import ENTRIES, FEED_FORMATS, Feed, entries, render
from desk.watch.telling import by_apprise, tell
from processing.errors import VedetteError, WatchError
from processing.settings import load_settings
from processing.store import watches

group = typer.Typer(
    help="Watch lists: filters that are kept, each with a feed, and a message when something new comes.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="Name of the watch list.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="watch")


@group.command("add", epilog='Example: `vedette watch add "gaz" --category ENERGY --text "gaz or gazoduc"`')
def add_command(
    name: Name,
    category: Category = None,
    polarity: Polarity = None,
    source: Source = None,
    country: Country = None,
    kind: Kind = None,
    side: Side = None,
    text: Words = None,
    least_score: LeastScore = 0.0,
    notify: Annotated[bool, typer.Option(help="Whether `vedette watch tell` sends what is new.")] = True,
    by: Annotated[str | None, typer.Option(help="Who adds it; else the user of this system.")] = None,
) -> None:
    """Keep a filter under a name. What it finds already is not told; what comes later is."""
    wanted = mention_filter(
        category=category,
        polarity=polarity,
        source=source,
        country=country,
        kind=kind,
        side=side,
        text=text,
        least_score=least_score,
    )
    stored = saved.as_stored(wanted)
    with database() as db:
        now = watches.add(db.conn, name.strip(), stored, wanted, notify=notify, created_by=by or _user())
    err.print(
        f"« {name.strip()} »: {saved.in_words(stored)}; {counted(now, 'sentence')} so far", soft_wrap=True
    )


@group.command("list", epilog="Example: `vedette watch list`")
def list_command(json: Json = False) -> None:
    """List the watch lists with what each asks for."""
    with database() as db:
        found = watches.watches(db.conn)
    if json:
        as_json_lines(
            {
                "name": one.name,
                "filter": one.filter,
                "notify": one.notify,
                "created_by": one.created_by,
                "created_at": one.created_at,
                "told_at": one.told_at,
            }
            for one in found
        )
        return
    table = Table(pad_edge=False)
    for title in ("name", "asks for", "by", "since", "told"):
        table.add_column(title)
    for one in found:
        told = (day(one.told_at) if one.told_at else "not yet") if one.notify else "never"
        table.add_row(one.name, saved.in_words(one.filter), one.created_by, day(one.created_at), told)
    if found:
        out.print(table)
    err.print(counted(len(found), "watch list"))


@group.command("show", epilog="Example: `vedette watch show gaz --limit 10`")
def show_command(
    name: Name,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """Show the mentions that a watch list finds, the last stored first."""
    with database() as db:
        watch = watches.watch(db.conn, name)
        rows = watches.found(db.conn, watch, saved.from_stored(watch.filter, name), limit=limit)
    if json:
        as_json_lines(rows)
        return
    if rows:
        out.print(mentions_table(rows))
    err.print(f"« {name} »: {saved.in_words(watch.filter)}; {counted(len(rows), 'mention')}", soft_wrap=True)


@group.command("remove", epilog="Example: `vedette watch remove gaz`")
def remove_command(name: Name) -> None:
    """Forget a watch list. The mentions stay."""
    with database() as db:
        watches.remove(db.conn, name)
    err.print(f"« {name} » is forgotten", soft_wrap=True)


@group.command("feed", epilog="Example: `vedette watch feed gaz --format atom -o /srv/www/gaz.atom`")
def feed_command(
    name: Name,
    form: Annotated[
        str, typer.Option("--format", help="atom (RFC 4287) or json (JSON Feed 1.1).", metavar="FORMAT")
    ] = "atom",
    to: Annotated[
        str, typer.Option("--output", "-o", help="The file; - for the standard output.", metavar="FILE")
    ] = STDOUT,
    address: Annotated[
        str | None, typer.Option(help="Where the file is served; the feed says so.", metavar="URL")
    ] = None,
) -> None:
    """Write a watch list as a feed: its last hundred mentions, under ids that never change."""
    chosen = next((one for one in FEED_FORMATS if one == form.casefold()), None)
    if chosen is None:
        raise typer.BadParameter(f"no format {form!r}: choose from {', '.join(FEED_FORMATS)}")
    with database() as db:
        watch = watches.watch(db.conn, name)
        rows = watches.found(db.conn, watch, saved.from_stored(watch.filter, name), limit=ENTRIES)
    feed = Feed(watch.key, watch.name, watch.created_at, entries(rows), address)
    with destination(to, binary=False) as file:
        file.write(render(feed, chosen))


@group.command("tell", epilog="Example: `vedette watch tell`; `vedette watch tell gaz --print`")
def tell_command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Watch lists; unless given all that are to be told.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--print", help="Tell it on the standard output instead of sending it.")
    ] = False,
) -> None:
    """Tell what is new on the watch lists since it was told last: each mention once."""
    send = _print if show else by_apprise(load_settings().brief_to)
    failed: list[str] = []
    with database() as db:
        for name in names or [watch.name for watch in watches.watches(db.conn) if watch.notify]:
            try:
                told = tell(db.conn, name, send)
            except VedetteError as error:
                # One list that fails keeps no other from being told; it is told next time.
                failed.append(f"« {name} »: {error}")
            else:
                err.print(f"« {name} »: {told} new" if told else f"« {name} »: nothing new", soft_wrap=True)
    if failed:
        raise WatchError("; ".join(failed))


def _print(title: str, text: str) -> None:
    typer.echo(f"{title}\n\n{text}\n")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
