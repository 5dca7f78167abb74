"""What killed writers left in the archive: put aside, never deleted, never counted."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

from processing.archive.writing import OPEN_SUFFIX, UNREGISTERED_SUFFIX, refused

ORPHANS = "orphans"


def sweep_orphans(archive: Path, is_registered: Callable[[str], bool]) -> list[Path]:
    """Move what dead writers left to ``archive/orphans/``; returns the new paths.

    That is every open segment, and every sealed one that is marked as not registered and that ``is_registered``
    (given the path relative to the archive) does not know: its writer died between sealing and registering. A
    file whose lock can be had has no writer any more. Its pages are fetched again; it is kept for whoever wants
    to look, outside the folders of the days. Raises ArchiveError when the disk refuses.
    """
    left = sorted(
        path
        for path in archive.glob("[0-9]*/*/*/*")
        if path.name.endswith((OPEN_SUFFIX, UNREGISTERED_SUFFIX))
    )
    moved: list[Path] = []
    for path in left:
        try:
            if path.name.endswith(OPEN_SUFFIX):
                orphan = _put_aside(archive, path)
            else:
                orphan = _judge(archive, path, is_registered)
        except FileNotFoundError:
            continue  # sealed, registered, or swept by another crawl, in this very moment
        except OSError as error:
            raise refused(path, "put aside", error) from error
        moved += [orphan] if orphan else []
    return moved


def _judge(archive: Path, mark: Path, is_registered: Callable[[str], bool]) -> Path | None:
    """A segment marked as not registered: the mark goes when it is registered after all, else both do."""
    sealed = mark.with_name(mark.name.removesuffix(UNREGISTERED_SUFFIX))
    # In this order: a writer that seals between the two questions makes the second true.
    if sealed.with_name(sealed.name + OPEN_SUFFIX).exists():
        return None
    if not sealed.exists():
        mark.unlink(missing_ok=True)
        return None
    with sealed.open("rb") as file:
        if not _without_writer(file.fileno()):
            return None
        known = is_registered(sealed.relative_to(archive).as_posix())
        orphan = None if known else _move(archive, sealed)
        mark.unlink(missing_ok=True)
    return orphan


def _put_aside(archive: Path, path: Path) -> Path | None:
    with path.open("rb") as file:
        return _move(archive, path) if _without_writer(file.fileno()) else None


def _without_writer(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _move(archive: Path, path: Path) -> Path:
    target = archive / ORPHANS / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    return target
