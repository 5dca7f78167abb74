"""One real PostgreSQL for the whole session; every test gets empty tables."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from processing.settings import Settings, load_settings
from processing.store import embedded
from processing.store.connect import connect
from processing.store.migrate import migrate

# A busy machine fails no test; what takes how long is for `make bench` to say.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database on an embedded PostgreSQL of its own."""
    # A short folder name keeps the path of the server's socket under the system's limit.
    home = Path(tempfile.mkdtemp(prefix="vedette-"))
    with embedded.server(home / "postgresql") as url:
        migrate(url)
        yield url
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection[TupleRow]]:
    """A connection to the database with every table of schema press emptied first."""
    with connect(database_url) as conn:
        tables = [
            row[0]
            for row in conn.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'press' AND tablename <> 'schema_version'"
            )
        ]
        conn.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(
                sql.SQL(", ").join(sql.Identifier("press", table) for table in tables)
            )
        )
        yield conn


@pytest.fixture
def settings(connection: Connection[TupleRow], database_url: str, tmp_path: Path) -> Settings:
    """Settings for a crawl of loopback servers into the emptied database, archive under the test's folder."""
    return load_settings(
        database_url=database_url, home=tmp_path / "home", allow_private_hosts=True, delay=0.0
    )
