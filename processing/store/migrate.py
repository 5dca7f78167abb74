"""Bring a database to the schema of this Vedette."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from processing.errors import SchemaError, StoreError
from processing.store import locks
from processing.store.connect import sqlalchemy_url, unreachable


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def newest_version() -> str:
    """The version of the newest migration that is installed; always `SCHEMA_VERSION`."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise SchemaError("no migration is installed with this Vedette: install it again")
    return head


def current_version(url: str) -> str | None:
    """The schema version of the database; None when it was never migrated. Raises StoreError."""
    with _connect(url) as connection:
        return _version(connection)


def migrate(url: str) -> tuple[str | None, str]:
    """Migrate the database to the newest version; returns the versions (before, after).

    Safe to call from several processes at once. Raises StoreError when the database cannot be reached,
    SchemaError when it was migrated by a newer Vedette.
    """
    with _connect(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": locks.MIGRATE})
        connection.commit()
        before = _version(connection)
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaError(
                f"this database has schema version {before}, newer than this Vedette: {error}"
            ) from error
        connection.commit()
        return before, newest_version()


def _version(connection: Connection) -> str | None:
    context = MigrationContext.configure(
        connection, opts={"version_table": "schema_version", "version_table_schema": "press"}
    )
    return context.get_current_revision()


def _connect(url: str) -> Connection:
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    try:
        return engine.connect()
    except DBAPIError as error:
        raise StoreError(unreachable(url, error.orig or error)) from None
