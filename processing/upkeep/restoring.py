"""A backup is restored: into a scratch database, to see whether it is good; or in place of what is there.

Both read the list of the dump's entries and leave out those that another server, or another role, may refuse and that
the schema's owner has anyway: comments on extensions, and default rights, which name the role that dumped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from processing.errors import BackupError, StoreError
from processing.settings import Settings
from processing.store import locks, runs
from processing.store.connect import SCHEMA_VERSION, connect, masked
from processing.store.statements import statement
from processing.upkeep import backups, programs
from processing.upkeep.backups import Backup
from processing.upkeep.contents import SCHEMA, Contents, contents

SCRATCH = "_restore_test"
"""Ends the name of the scratch database, which begins with that of the real one: ``vedette_restore_test``."""
BEFORE = "press_before_restore"
"""What schema ``press`` is called while a backup takes its place."""

_LEFT_OUT = re.compile(r"^\d+; \d+ \d+ (?:COMMENT - EXTENSION|DEFAULT ACL) ")


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was restored and held what it was taken of."""

    backup: Backup
    contents: Contents
    seconds: float


def restore_test(settings: Settings, database_url: str, dump: Path | None = None) -> Restored:
    """Restore a backup (the newest one) into a scratch database on the same server and compare, table by table.

    The scratch database is dropped afterwards, also on failure; one that a killed test left goes before. The backup is
    marked as good. Raises BackupError that names the table when the restore differs, or when there is no backup, no
    room, no right to create a database.
    """
    began = time.monotonic()
    with connect(database_url) as conn:
        made = backups.read(dump) if dump else _newest(settings)
        with runs.recorded(conn, "backup", subject=f"restore test of {made.path.name}") as run:
            if made.contents is None:
                raise BackupError(f"{made.path}: what it should hold is not known: its .json file is gone")
            with _scratch(conn, database_url) as scratch:
                _require_room(conn)
                # Two at once: building an index takes longer than loading the rows.
                _pg_restore(conn, made.path, scratch, ["--jobs=2"])
                with connect(scratch) as restored:
                    holds = contents(restored)
            if difference := made.contents.difference(holds):
                raise BackupError(f"{made.path}: the restore is not what was dumped: {difference}")
            run.counts.update(tables=len(holds.rows), rows=holds.stored)
        made = backups.note_restored(made, datetime.now(UTC))
    return Restored(made, holds, time.monotonic() - began)


def check_restorable(database_url: str, dump: Path, *, empty_first: bool) -> tuple[Backup, Contents]:
    """The backup, and what the database holds now; raises BackupError when a restore is to be refused.

    It is when the dump was made by a newer Vedette, when the database has rows and ``empty_first`` does not say that
    they may go, and while a stage works on them.
    """
    made = backups.read(dump)
    if made.contents and (made.contents.schema_version or "") > SCHEMA_VERSION:
        raise BackupError(
            f"{dump} has schema version {made.contents.schema_version}, newer than this Vedette "
            f"({SCHEMA_VERSION}): install that one"
        )
    with connect(database_url) as conn:
        present = contents(conn)
        if present.stored and not empty_first:
            raise BackupError(
                f"{masked(database_url)} holds {present.stored:,} rows: --empty-first drops them for the backup; "
                "or restore into an empty database (VEDETTE_DATABASE_URL)"
            )
        if present.schema_version == SCHEMA_VERSION:
            runs.close_dead(conn)
            working = conn.execute(
                "SELECT string_agg(DISTINCT stage, ', ') FROM press.run WHERE outcome = 'running' AND stage <> 'night'"
            ).fetchone()
            if working and working[0]:
                raise BackupError(f"{working[0]} is at work in {masked(database_url)}: end it first")
    return made, present


def restore(database_url: str, dump: Path, *, empty_first: bool = False) -> Restored:
    """Put a backup in the place of what the database holds, all or nothing.

    The present schema is set aside under another name and dropped when the backup is in its place and holds what it
    should; on failure it comes back, and after a kill it is found under that name. The schema is that of the backup:
    migrate it afterwards. Raises BackupError; see :func:`check_restorable` for what is refused.
    """
    began = time.monotonic()
    made, _ = check_restorable(database_url, dump, empty_first=empty_first)
    with connect(database_url) as conn:
        if _exists(conn, BEFORE):
            raise BackupError(
                f"{masked(database_url)} has a schema {BEFORE}, which a killed restore left: it holds what stood there "
                f"before; keep the one of {SCHEMA} and {BEFORE} that you want, drop the other, and rename"
            )
        conn.execute(statement("make_reader"))
        with _set_aside(conn):
            _pg_restore(conn, made.path, database_url, ["--single-transaction"])
            # The dump's own names the role that dumped.
            conn.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA press GRANT SELECT ON TABLES TO vedette_reader")
            holds = contents(conn)
            if made.contents and (difference := made.contents.difference(holds)):
                raise BackupError(f"{made.path}: the restore is not what was dumped: {difference}")
        conn.execute("ANALYZE")
    return Restored(made, holds, time.monotonic() - began)


@contextmanager
def _set_aside(conn: Connection[TupleRow]) -> Iterator[None]:
    """Schema ``press`` under another name: dropped at the end, back in its place after an error."""
    there = _exists(conn, SCHEMA)
    if there:
        conn.execute(sql.SQL("ALTER SCHEMA press RENAME TO {}").format(sql.Identifier(BEFORE)))
    try:
        yield
    except BaseException:
        with conn.transaction():
            conn.execute("DROP SCHEMA IF EXISTS press CASCADE")
            if there:
                conn.execute(sql.SQL("ALTER SCHEMA {} RENAME TO press").format(sql.Identifier(BEFORE)))
        raise
    if there:
        conn.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(BEFORE)))


@contextmanager
def _scratch(conn: Connection[TupleRow], database_url: str) -> Iterator[str]:
    """The address of an empty scratch database, dropped at the end."""
    locked = conn.execute("SELECT pg_try_advisory_lock(%s)", (locks.RESTORE_TEST,)).fetchone()
    if not locked or not locked[0]:
        raise BackupError(f"another restore test is at work in {masked(database_url)}: wait for it")
    try:
        [(database, encoding, collate, ctype)] = conn.execute(
            "SELECT datname, pg_encoding_to_char(encoding), datcollate, datctype"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchall()
        # A name has 63 bytes; cut off behind, it would be that of the real database.
        name = database.encode()[: 63 - len(SCRATCH)].decode(errors="ignore") + SCRATCH
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            conn.execute(drop)
            conn.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(
                    sql.Identifier(name), *map(sql.Literal, (encoding, collate, ctype))
                )
            )
        except psycopg.errors.InsufficientPrivilege:
            role = conn.info.user
            raise BackupError(
                f"the role {role} may not create the scratch database {name} for the restore test: "
                f"ALTER ROLE {role} CREATEDB"
            ) from None
        except psycopg.OperationalError as error:
            raise StoreError(
                f"the scratch database {name} cannot be made: {error.diag.message_primary}"
            ) from None
        try:
            yield make_conninfo(database_url, dbname=name)
        finally:
            conn.execute(drop)
    finally:
        conn.execute("SELECT pg_advisory_unlock(%s)", (locks.RESTORE_TEST,))


def _pg_restore(conn: Connection[TupleRow], dump: Path, database_url: str, options: Sequence[str]) -> None:
    program = programs.find("pg_restore", conn)
    what = f"{dump}: the restore failed"
    entries = programs.run(program, ["--list", str(dump)], database_url, what=what, stdout=subprocess.PIPE)
    database = psycopg.conninfo.conninfo_to_dict(database_url).get("dbname") or conn.info.dbname
    with tempfile.NamedTemporaryFile("w", prefix="vedette-", suffix=".list", encoding="utf-8") as listed:
        lines = entries.decode("utf-8", "replace").splitlines(keepends=True)
        listed.writelines(line for line in lines if not _LEFT_OUT.match(line))
        listed.flush()
        programs.run(
            program,
            [
                "--exit-on-error",
                "--no-owner",
                f"--use-list={listed.name}",
                f"--dbname={make_conninfo(dbname=str(database))}",
                *options,
                str(dump),
            ],
            database_url,
            what=what,
        )


def _newest(settings: Settings) -> Backup:
    every = backups.found(settings.backup_folder)
    if not every:
        raise BackupError(f"there is no backup in {settings.backup_folder}: `vedette db backup` makes one")
    return every[-1]


def _require_room(conn: Connection[TupleRow]) -> None:
    """Refuse to fill the server's disk, where it is one of this machine and we may know."""
    row = conn.execute(
        "SELECT setting, pg_database_size(current_database()) FROM pg_settings WHERE name = 'data_directory'"
    ).fetchone()
    if row is None or not row[0] or not Path(row[0]).is_dir():
        return
    free = shutil.disk_usage(row[0]).free
    if free < row[1]:
        raise BackupError(
            f"{row[0]}: {free // 1_000_000:,} MB are free there, the restore test needs "
            f"{row[1] // 1_000_000:,} MB for a while: make room"
        )


def _exists(conn: Connection[TupleRow], schema: str) -> bool:
    return bool(conn.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,)).rowcount)
