"""Connections to PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from processing.errors import SchemaError, StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

CONNECT_TIMEOUT = 10
"""Seconds to wait for the server before saying that it cannot be reached."""


def connect(url: str) -> Connection[TupleRow]:
    """Open a connection in autocommit mode; group statements with ``conn.transaction()``.

    Raises StoreError, naming the server and what to check, when the database cannot be reached.
    """
    try:
        return psycopg.connect(
            url, autocommit=True, connect_timeout=CONNECT_TIMEOUT, application_name="vedette"
        )
    except psycopg.Error as error:
        raise StoreError(unreachable(url, error)) from None


SCHEMA_VERSION = "0007"
"""The schema this Vedette works with: the newest migration. It stands here so that a command can check it
without loading the migration machinery."""


def schema_version(conn: Connection[TupleRow]) -> str | None:
    """The schema version of the database; None when it was never migrated."""
    try:
        row = conn.execute("SELECT version_num FROM press.schema_version").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None
    return str(row[0]) if row else None


def require_schema(conn: Connection[TupleRow]) -> None:
    """Raise SchemaError unless the database has been migrated to the schema of this Vedette."""
    version = schema_version(conn)
    if version != SCHEMA_VERSION:
        has = f"has schema version {version}" if version else "has no schema yet"
        raise SchemaError(
            f"the database {has}, this Vedette needs {SCHEMA_VERSION}: run `vedette db migrate`"
        )


def unreachable(url: str, error: BaseException) -> str:
    """One line that names the server (never the password) and the way out."""
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    reason = first.rpartition("failed: ")[2] if "failed: " in first else first
    return f"cannot reach PostgreSQL at {masked(url)}: {reason}; check VEDETTE_DATABASE_URL"


def masked(url: str) -> str:
    """The address without its password, for messages and logs."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "an address that cannot be read (want postgresql://user:password@host:port/database)"
    where = parts.get("host") or "localhost"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"{where}{port}/{parts.get('dbname') or parts.get('user') or ''}"


def sqlalchemy_url(url: str) -> URL:
    """The same address in the form SQLAlchemy and Airflow take, with psycopg 3 as the driver."""
    # Imported late: only migrations and Airflow need it, and it takes longer to load than most commands take.
    from sqlalchemy.engine import URL

    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise StoreError(unreachable(url, error)) from None
    host = parts.pop("host", None)
    port = parts.pop("port", None)
    query = dict(parts)
    user, password, database = (query.pop(key, None) for key in ("user", "password", "dbname"))
    if host and host.startswith("/"):
        # A socket folder has no place in the authority part of an address.
        query["host"], host = host, None
    return URL.create(
        "postgresql+psycopg",
        username=user,
        password=password,
        host=host,
        port=int(port) if port else None,
        database=database,
        query=query,
    )
