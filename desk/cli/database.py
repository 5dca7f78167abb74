"""``vedette db``: the database itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Annotated

import typer

from desk.cli.context import database
from desk.cli.printing import err
from processing.errors import StoreError
from processing.settings import load_settings
from processing.store import embedded
from processing.store.connect import connect, masked

group = typer.Typer(
    help="The database: migrate it, print its address, open a shell, empty it.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="db")


@group.command("migrate", epilog="Example: `VEDETTE_DATABASE_URL=postgresql://… vedette db migrate`")
def migrate_command() -> None:
    """Bring the database to the schema of this Vedette."""
    from processing.store.migrate import migrate

    with embedded.database(load_settings()) as url:
        before, after = migrate(url)
        err.print(
            f"schema {after}: nothing to do" if before == after else f"schema {before or 'none'} → {after}"
        )


@group.command("url", epilog="Example: `psql $(vedette db url)` while `vedette up` runs")
def url_command() -> None:
    """Print the address of the database (an embedded server is there while something uses it)."""
    with embedded.database(load_settings()) as url:
        typer.echo(url)


@group.command("psql", epilog="Example: `vedette db psql -- -c 'SELECT * FROM press.v_source_health'`")
def psql_command(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to psql, after --.")] = None,
) -> None:
    """Open psql on the database."""
    with database() as db:
        program = shutil.which("psql") or _bundled_psql()
        environment = {**os.environ, "PGOPTIONS": "-c search_path=press,public"}
        status = subprocess.run(
            [program, db.url, *(arguments or [])], env=environment, check=False
        ).returncode
    raise typer.Exit(status)


@group.command("reset", epilog="Example: `vedette db reset --yes`")
def reset_command(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop everything Vedette has stored in the database and make the schema anew. The archive stays."""
    from processing.store.migrate import migrate

    with embedded.database(load_settings()) as url:
        if not yes:
            typer.confirm(f"Drop all articles and mentions in {masked(url)}?", abort=True, err=True)
        with connect(url) as conn:
            conn.execute("DROP SCHEMA IF EXISTS press CASCADE")
        migrate(url)
        err.print("the database is empty; `vedette ingest` reads an archive back into it")


def _bundled_psql() -> str:
    program = embedded.program("psql")
    if not program.exists():
        raise StoreError("there is no psql on this machine: install PostgreSQL's client")
    return str(program)
