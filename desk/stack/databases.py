"""The databases of the local stack: Vedette's, and Airflow's on the same server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version

import psycopg
from psycopg import sql

from processing.errors import StackError
from processing.store import embedded
from processing.store.connect import masked, sqlalchemy_url, unreachable

AIRFLOW_DATABASE = "airflow"

_OWN_CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_MARK = "Airflow of Vedette"


@dataclass(frozen=True)
class Metadata:
    """Airflow's own database."""

    url: str
    """In SQLAlchemy's form."""
    migrated: bool
    """Whether its tables are known to be those of the installed Airflow."""


def airflow_version() -> str:
    return version("apache-airflow-core")


def airflow_database(vedette_url: str) -> Metadata:
    """Find or create Airflow's database beside Vedette's.

    The database bears a comment that says whose it is and which Airflow migrated it, so another
    Airflow's database of the same name is never touched, and a start on known data skips the migration.
    An address in AIRFLOW__DATABASE__SQL_ALCHEMY_CONN is used as it is. Raises StackError.
    """
    if chosen := os.environ.get(_OWN_CONNECTION):
        return Metadata(chosen, migrated=False)
    try:
        embedded.make_database(vedette_url, AIRFLOW_DATABASE)
        comment = _comment(vedette_url)
        if comment is None and _in_use(vedette_url):
            raise StackError(
                f"the server {masked(vedette_url)} already has a database {AIRFLOW_DATABASE!r} that was not made "
                f"by Vedette: name another with {_OWN_CONNECTION}"
            )
        if comment is None:
            _mark(vedette_url, _MARK)
    except psycopg.errors.InsufficientPrivilege as error:
        raise StackError(
            f"cannot create the database {AIRFLOW_DATABASE!r} on {masked(vedette_url)}: {error.diag.message_primary}; "
            f"grant CREATEDB, or name an existing one with {_OWN_CONNECTION}"
        ) from None
    except psycopg.Error as error:
        raise StackError(unreachable(vedette_url, error)) from None
    url = sqlalchemy_url(vedette_url).set(database=AIRFLOW_DATABASE)
    return Metadata(url.render_as_string(hide_password=False), migrated=comment == _migrated_mark())


def remember_migration(vedette_url: str) -> None:
    """Note that Airflow's database has the tables of the installed Airflow."""
    if not os.environ.get(_OWN_CONNECTION):
        _mark(vedette_url, _migrated_mark())


def _migrated_mark() -> str:
    return f"{_MARK}, migrated by {airflow_version()}"


def _comment(vedette_url: str) -> str | None:
    with psycopg.connect(vedette_url, autocommit=True) as conn:
        row = conn.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            (AIRFLOW_DATABASE,),
        ).fetchone()
        return row[0] if row else None


def _in_use(vedette_url: str) -> bool:
    with psycopg.connect(vedette_url, dbname=AIRFLOW_DATABASE, autocommit=True) as conn:
        return (
            conn.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone() is not None
        )


def _mark(vedette_url: str, comment: str) -> None:
    with psycopg.connect(vedette_url, autocommit=True) as conn:
        conn.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(AIRFLOW_DATABASE), sql.Literal(comment)
            )
        )
