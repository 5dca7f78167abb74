"""Backups: schema ``press`` as a file of ``pg_dump``, and beside it what the database held in that moment.

``vedette-20261125T021500Z.dump`` is in pg_dump's custom format; ``vedette-20261125T021500Z.json`` says how many rows
each table had in the very snapshot that was dumped. A file under its final name is whole; what a killed backup left
bears ``.part`` and goes with the next one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.errors import BackupError
from processing.settings import Settings
from processing.store import runs
from processing.store.connect import connect, require_schema
from processing.upkeep import programs
from processing.upkeep.contents import SCHEMA, Contents, contents
from processing.upkeep.keeping import kept

PART = ".part"
_NAME = re.compile(r"vedette-(\d{8}T\d{6}Z)\.dump")
_STAMP = "%Y%m%dT%H%M%SZ"
_EXTENSIONS = ("unaccent", "pg_trgm")
_GROWTH = 1.25
"""Room that must be there, in sizes of the last backup."""
_PACKED = 0.5
"""The same for a first backup, in sizes of the database."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup."""

    path: Path
    taken_at: datetime
    bytes: int
    contents: Contents | None
    """What the database held; None when the file that says it is gone."""
    restored_at: datetime | None = None
    """When a restore test found it good."""
    seconds: float = 0.0
    """How long it took; 0 for one that was found."""


def backup(settings: Settings, database_url: str) -> Backup:
    """Dump schema ``press`` with the extensions it needs into the folder of the backups.

    Nothing waits for it and it waits for nobody: it is one snapshot. Only its owner can read the files. Raises
    BackupError when there is no fitting pg_dump, the folder cannot be written, or its disk has no room; StoreError when
    the database cannot be reached, SchemaError when it is not migrated.
    """
    began = time.monotonic()
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "backup") as run:
            program = programs.find("pg_dump", conn)
            with _refusing(settings.backup_folder, "written"):
                _open_folder(settings.backup_folder)
                _require_room(conn, settings.backup_folder)
                made = _dump(conn, program, settings.backup_folder, database_url)
            run.counts.update(bytes=made.bytes)
            if made.contents:
                run.counts.update(tables=len(made.contents.rows), rows=made.contents.stored)
    return replace(made, seconds=time.monotonic() - began)


def found(folder: Path) -> list[Backup]:
    """The whole backups in the folder, oldest first. Raises BackupError when it cannot be read."""
    with _refusing(folder, "read"):
        names = sorted(path for path in folder.glob("vedette-*.dump") if _NAME.fullmatch(path.name))
        return [read(path) for path in names]


def read(path: Path) -> Backup:
    """One backup; a dump of any other name is as old as its file. Raises BackupError when it is not there."""
    with _refusing(path, "read"):
        status = path.stat()
    named = _NAME.fullmatch(path.name)
    taken_at = (
        datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC)
        if named
        else datetime.fromtimestamp(status.st_mtime, UTC)
    )
    plain = Backup(path, taken_at, status.st_size, None)
    try:
        told = json.loads(_beside(path).read_text(encoding="utf-8"))
        restored_at = told.get("restored_at")
        return replace(
            plain,
            contents=Contents(told["schema_version"], dict(told["rows"])),
            restored_at=datetime.fromisoformat(restored_at) if restored_at else None,
        )
    except FileNotFoundError:
        return plain
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(
            f"{_beside(path)} cannot be read ({error}): move it away to use the backup without what it says"
        ) from None


def note_restored(made: Backup, at: datetime) -> Backup:
    """Write beside the backup that it was restored and found good."""
    beside = _beside(made.path)
    with _refusing(beside, "written"):
        told = {**json.loads(beside.read_text(encoding="utf-8")), "restored_at": at.isoformat()}
        _write(beside.with_name(beside.name + PART), told)
        beside.with_name(beside.name + PART).replace(beside)
    return replace(made, restored_at=at)


def to_remove(settings: Settings, now: datetime) -> list[Backup]:
    """Backups that are not to be kept: see keeping.py; the newest that passed a restore test always is."""
    every = found(settings.backup_folder)
    keep = kept((one.taken_at for one in every), settings.keep_backups, now)
    if tested := [one.taken_at for one in every if one.restored_at]:
        keep.add(tested[-1])
    return [one for one in every if one.taken_at not in keep]


def remove(made: Backup) -> None:
    """Delete a backup, and what is beside it."""
    with _refusing(made.path, "removed"):
        made.path.unlink(missing_ok=True)
        _beside(made.path).unlink(missing_ok=True)


def _dump(conn: Connection[TupleRow], program: programs.Program, folder: Path, database_url: str) -> Backup:
    taken_at = datetime.now(UTC).replace(microsecond=0)
    final = folder / f"vedette-{taken_at:{_STAMP}}.dump"
    with _part_of(final) as (part, file), conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [(snapshot,)] = conn.execute("SELECT pg_export_snapshot()").fetchall()
        holds = contents(conn)
        programs.run(
            program,
            [
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--schema={SCHEMA}",
                *(f"--extension={name}" for name in _EXTENSIONS),
            ],
            database_url,
            what=f"{part}: the backup failed",
            stdout=file,
        )
        os.fsync(file.fileno())
        size = part.stat().st_size
        _write(
            _beside(part),
            {
                "taken_at": taken_at.isoformat(),
                "vedette": version("vedette"),
                "postgresql": conn.info.parameter_status("server_version"),
                "bytes": size,
                "schema_version": holds.schema_version,
                "rows": holds.rows,
            },
        )
        # In this order: a dump under its final name always has beside it what it holds.
        _beside(part).replace(_beside(final))
        part.replace(final)
        _sync(folder)
    return Backup(final, taken_at, size, holds)


@contextmanager
def _part_of(final: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file under a temporary name, locked while it is written; it goes unless it was renamed."""
    part = final.with_name(final.name + PART)
    try:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise BackupError(f"{part} is there: another backup began in the same second") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield part, file
        finally:
            part.unlink(missing_ok=True)
            _beside(part).unlink(missing_ok=True)


def _open_folder(folder: Path) -> None:
    """Make the folder, closed to others, and clear away what killed backups left in it."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    for part in folder.glob(f"vedette-*{PART}"):
        with part.open("rb") as file:
            try:
                # Held by the backup that writes it, and by the pg_dump that one started.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            part.unlink(missing_ok=True)
    for beside in folder.glob("vedette-*.json"):
        final = beside.with_suffix(".dump")
        # In this order: a backup that is whole in between is seen by the second question.
        if not final.with_name(final.name + PART).exists() and not final.exists():
            beside.unlink(missing_ok=True)


def _require_room(conn: Connection[TupleRow], folder: Path) -> None:
    """Refuse to fill a disk: the database may lie on the same one, and stops when it is full."""
    before = found(folder)
    if before:
        need = before[-1].bytes * _GROWTH
    else:
        [(size,)] = conn.execute("SELECT pg_database_size(current_database())").fetchall()
        need = size * _PACKED
    free = shutil.disk_usage(folder).free
    if free < need:
        raise BackupError(
            f"{folder}: {free // 1_000_000:,} MB are free there, a backup may need {need // 1_000_000:,.0f} MB: "
            "make room, keep fewer (VEDETTE_KEEP_BACKUPS), or set VEDETTE_BACKUPS to a folder on another disk"
        )


def _beside(path: Path) -> Path:
    """The file that says what the backup holds, for the backup and for its part."""
    name = path.name.removesuffix(PART)
    return path.with_name(name.removesuffix(".dump") + ".json" + (PART if path.name.endswith(PART) else ""))


def _write(path: Path, told: object) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _refusing(path: Path, what: str) -> Iterator[None]:
    """Turn what the system refuses into a BackupError with the way out."""
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        where = getattr(error, "filename", None) or path
        reason = getattr(error, "strerror", None) or error
        raise BackupError(
            f"{where}: cannot be {what}: {reason}; set VEDETTE_BACKUPS to a folder of yours with room"
        ) from None
