"""``vedette up``: the local stack."""

from __future__ import annotations

from typing import Annotated

import typer

from processing.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: `vedette up --port 8080`")(up)


def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Airflow UI on 127.0.0.1.")] = 8080,
    open_ui: Annotated[
        bool, typer.Option("--open", help="Open the UI in the browser once it is ready.")
    ] = False,
) -> None:
    """Start PostgreSQL and Airflow with the DAGs, print address, user and password; Ctrl-C ends it all."""
    from desk.stack import up as start

    raise typer.Exit(start(load_settings(), port=port, open_ui=open_ui))
