"""Prepare the database server for Vedette and Airflow; run once before the services start.

Makes a role and a database of its own for each of the two, brings both to the newest schema, syncs the
catalogue and writes the password of the Airflow user. Every step may be repeated: this is also the upgrade,
and a password changed in the environment is changed on the server.

Reads VEDETTE_DATABASE_URL, AIRFLOW__DATABASE__SQL_ALCHEMY_CONN (for whom to make what), POSTGRES_PASSWORD
(of the server's superuser ``postgres``, used here only), VEDETTE_UI_PASSWORD.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from desk.night.pool import POOL, SLOTS

UI_USER = "vedette"
UI_PASSWORDS = Path("/var/lib/airflow/ui/passwords.json")
COMMANDS = (
    ["vedette", "db", "migrate"],
    ["airflow", "db", "migrate"],
    ["airflow", "pools", "set", POOL, str(SLOTS), "Crawls that may go on at once."],
    ["vedette", "sources", "sync"],
)


@dataclass(frozen=True)
class Tenant:
    """One of the two that share the server: a role that owns a database."""

    host: str
    port: str
    role: str
    password: str
    database: str
    makes_roles: bool


def tenant(address: str, *, makes_roles: bool = False) -> Tenant:
    """Read a tenant from its database address; a driver in the scheme (``+psycopg``) is passed over.

    Raises ValueError when the address names no user, password or database.
    """
    scheme, separator, rest = address.partition("://")
    parts = conninfo_to_dict(f"{scheme.partition('+')[0]}{separator}{rest}")
    for part in ("host", "user", "password", "dbname"):
        if not parts.get(part):
            raise ValueError(f"the database address has no {part}")
    return Tenant(
        host=str(parts["host"]),
        port=str(parts.get("port") or 5432),
        role=str(parts["user"]),
        password=str(parts["password"]),
        database=str(parts["dbname"]),
        makes_roles=makes_roles,
    )


def admit(admin: psycopg.Connection, guest: Tenant) -> None:
    """Make the role and the database of ``guest`` where they lack, and set the role's password."""
    role, database = sql.Identifier(guest.role), sql.Identifier(guest.database)
    if not admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [guest.role]).rowcount:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    # Hashed here, so that the password itself never reaches the server's log.
    secret = admin.pgconn.encrypt_password(guest.password.encode(), guest.role.encode(), b"scram-sha-256")
    admin.execute(
        sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(
            role,
            sql.SQL("CREATEROLE CREATEDB" if guest.makes_roles else "NOCREATEROLE NOCREATEDB"),
            sql.Literal(secret.decode()),
        )
    )
    if not admin.execute("SELECT FROM pg_database WHERE datname = %s", [guest.database]).rowcount:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))


def write_ui_password(file: Path, password: str) -> None:
    """Write the passwords of Airflow's simple auth manager: one user, the file readable by its owner alone."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({UI_USER: password}), encoding="utf-8")
    fresh.replace(file)


def main() -> int:
    try:
        # Vedette's migrations make a role of their own, vedette_reader; its restore test a scratch database.
        press = tenant(os.environ["VEDETTE_DATABASE_URL"], makes_roles=True)
        airflow = tenant(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
        superuser = make_conninfo(
            host=press.host, port=press.port, user="postgres", dbname="postgres",
            password=os.environ["POSTGRES_PASSWORD"], connect_timeout=10,
        )  # fmt: skip
        with psycopg.connect(superuser, autocommit=True) as admin:
            admit(admin, press)
            admit(admin, airflow)
            # Nobody but Airflow has business there; the press database opens to members of vedette_reader.
            admin.execute(
                sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(airflow.database))
            )
        for command in COMMANDS:
            sys.stderr.write(f"init: {' '.join(command)}\n")
            subprocess.run(command, check=True)
        write_ui_password(UI_PASSWORDS, os.environ["VEDETTE_UI_PASSWORD"])
    except KeyError as error:
        sys.stderr.write(f"init: {error.args[0]} is not set; see docker/compose.yaml\n")
        return 2
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"init: {' '.join(error.cmd)} ended with status {error.returncode}\n")
        return 1
    except (OSError, ValueError, psycopg.Error) as error:
        sys.stderr.write(f"init: {error}\n")
        return 1
    sys.stderr.write("init: done\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
