"""What is kept how long: looks at feeds, recorded pages, orphans, logs of tasks, backups.

Articles, mentions, runs and what a feed announced (``press.sighting``, by which old is told from new) stay for ever.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.archive.orphans import ORPHANS
from processing.archive.writing import refused
from processing.disk import room
from processing.errors import ArchiveError
from processing.settings import Settings
from processing.store import expiry, runs
from processing.store.connect import connect, require_schema
from processing.upkeep import backups

KEEP_ORPHANS = 30
"""Days for what killed crawls left: its pages were asked for again."""
KEEP_LOGS = 90
"""Days for the logs of tasks, since they were last written to."""

POLLS_AT_ONCE = 5_000
SEGMENTS_AT_ONCE = 100
"""In one transaction: what a kill leaves half done at most."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Removed:
    """What went, or would go: ``polls``, ``segments``, ``segment_bytes``, ``orphans``, ``logs``, ``backups``."""

    counts: Mapping[str, int]
    free: int
    """Bytes that are free on the disk of VEDETTE_HOME."""


def remove_old(
    settings: Settings, database_url: str, *, logs: Sequence[Path] = (), dry_run: bool = False
) -> Removed:
    """Remove what has outlived its time, batch by batch; ``logs`` are folders of task logs. A dry run only counts.

    May be killed anywhere: a file goes only after its row says so, and the next run removes what was left. Raises
    ArchiveError when a segment is not where it was registered (nothing of it is changed) or the disk refuses,
    BackupError when a backup cannot be removed.
    """
    counts: Counter[str] = Counter(
        dict.fromkeys(("polls", "segments", "segment_bytes", "orphans", "logs", "backups"), 0)
    )
    with connect(database_url) as conn:
        require_schema(conn)
        if dry_run:
            _remove(conn, settings, logs, counts, dry_run=True)
        else:
            with runs.recorded(conn, "upkeep", subject="what has outlived its time") as run:
                _remove(conn, settings, logs, run.counts, dry_run=False)
                counts.update(run.counts)
    return Removed(dict(counts), room(settings.home).free)


def _remove(
    conn: Connection[TupleRow],
    settings: Settings,
    logs: Sequence[Path],
    counts: Counter[str],
    *,
    dry_run: bool,
) -> None:
    _polls(conn, settings.keep_polls, counts, dry_run=dry_run)
    for made in backups.to_remove(settings, datetime.now(UTC)):
        counts["backups"] += 1
        if not dry_run:
            backups.remove(made)
    counts["orphans"] += _files(settings.archive / ORPHANS, KEEP_ORPHANS, dry_run=dry_run)
    counts["logs"] += sum(_files(folder, KEEP_LOGS, dry_run=dry_run) for folder in logs)
    if not dry_run:
        for path in expiry.removed_segments(conn):
            _unlink(settings.archive / path)
    if settings.keep_archive is not None:
        _segments(conn, settings.archive, settings.keep_archive, counts, dry_run=dry_run)


def _polls(conn: Connection[TupleRow], days: int, counts: Counter[str], *, dry_run: bool) -> None:
    for feed in expiry.feeds_looked_at(conn):
        if dry_run:
            counts["polls"] += len(expiry.expired_polls(conn, feed, days))
            continue
        while expired := expiry.expired_polls(conn, feed, days, POLLS_AT_ONCE):
            counts["polls"] += expiry.delete_polls(conn, expired)


def _segments(
    conn: Connection[TupleRow], archive: Path, days: int, counts: Counter[str], *, dry_run: bool
) -> None:
    missing: list[Path] = []
    after = 0
    while expired := expiry.expired_segments(conn, days, after=after, size=SEGMENTS_AT_ONCE):
        after = expired[-1].id
        there = [segment for segment in expired if (archive / segment.path).exists()]
        missing += [archive / segment.path for segment in expired if segment not in there]
        sizes = {segment.path: segment.bytes for segment in there}
        paths = list(sizes) if dry_run else expiry.mark_removed(conn, there)
        for path in paths:
            if not dry_run:
                _unlink(archive / path)
            counts["segments"] += 1
            counts["segment_bytes"] += sizes[path]
    if missing:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise ArchiveError(
            f"segment {missing[0]}{more} is not there: is VEDETTE_HOME the folder it was written under?"
        )


def _unlink(path: Path) -> None:
    """Remove a segment, and the folders of its day, month and year where they are empty then."""
    try:
        path.unlink(missing_ok=True)
        for folder in list(path.parents)[:3]:
            if not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
    except OSError as error:
        raise refused(path, "removed", error) from error


def _files(folder: Path, days: int, *, dry_run: bool) -> int:
    """Remove the files under a folder that were last written so many days ago, and folders that are empty then."""
    removed = 0
    for path in _old(folder, time.time() - days * _DAY):
        removed += 1
        if dry_run:
            continue
        try:
            path.unlink(missing_ok=True)
            for parent in path.parents:
                if parent == folder or any(parent.iterdir()):
                    break
                parent.rmdir()
        except OSError as error:
            raise refused(path, "removed", error) from error
    return removed


def _old(folder: Path, before: float) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # removed by another process in this very moment
        if status.st_mtime < before and not path.is_dir():
            yield path
