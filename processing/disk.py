"""How much room there is on a disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple


class Room(NamedTuple):
    """Bytes."""

    free: int
    total: int


def room(folder: Path) -> Room:
    """The room on the disk of a folder, which need not be there yet: then of the nearest one above it."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(there)
    return Room(usage.free, usage.total)
