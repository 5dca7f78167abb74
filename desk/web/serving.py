"""The desk alone, on an address of this machine, until it is told to stop."""

from __future__ import annotations

import threading
import time
import webbrowser

import uvicorn

from desk.stack import record
from desk.stack.layout import Layout
from desk.web.app import LOOPBACK_NAMES, create_app
from desk.web.listening import address, require_secret
from processing.settings import Settings

GRACE = 3
"""Seconds that open requests have when it stops."""


def serve(settings: Settings, database_url: str, *, host: str, port: int, open_page: bool = False) -> None:
    """Serve until SIGINT or SIGTERM.

    On loopback nobody is asked to sign in unless a password or token is set. Raises SettingsError when it shall
    listen elsewhere without one.
    """
    secured = bool(settings.desk_password or settings.desk_token)
    require_secret(settings, host)
    app = create_app(
        settings,
        database_url,
        # Who has to sign in is bound to the name they signed in under; all others must name this machine.
        hosts=None if secured else {*LOOPBACK_NAMES, host.lower(), f"[{host.lower()}]"},
        airflow_url=running_airflow(settings),
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
    )
    if open_page:
        threading.Thread(target=_open_when_ready, args=(server, address(host, port)), daemon=True).start()
    server.run()


def running_airflow(settings: Settings) -> str | None:
    """The address of the Airflow UI when `vedette up` runs on the same home."""
    found = record.read(Layout(settings.home).record)
    return found.url or None if found and found.up.alive() else None


def _open_when_ready(server: uvicorn.Server, url: str) -> None:
    while not server.started and not server.should_exit:
        time.sleep(0.1)
    webbrowser.open(url)
