"""``vedette desk``: the web desk alone."""

from __future__ import annotations

from typing import Annotated

import typer

from desk.cli.context import database
from desk.cli.printing import err
from desk.web.listening import address, require_secret
from processing.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("desk", epilog="Example: `vedette desk --open`")(desk)


def desk(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8090,
    open_page: Annotated[bool, typer.Option("--open", help="Open the desk in the browser.")] = False,
) -> None:
    """Serve the web desk: what is new, mentions, articles, sources, runs, reviews; Ctrl-C ends it.

    On any address but this machine's own it asks for VEDETTE_DESK_PASSWORD or VEDETTE_DESK_TOKEN.
    """
    require_secret(load_settings(), host)
    # Imported late: FastAPI takes longer to load than most commands take.
    from desk.web.serving import serve

    with database() as db:
        db.conn.close()
        err.print(f"The desk is at {address(host, port)} (Ctrl-C ends it).", soft_wrap=True)
        serve(db.settings, db.url, host=host, port=port, open_page=open_page)
