"""What upkeep did, in words: for the command line, and for the note of a run in Airflow. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processing.upkeep.backups import Backup
from processing.upkeep.restoring import Restored
from processing.upkeep.retention import Removed
from processing.upkeep.vacuum import Relation

_NAMES: Mapping[str, tuple[str, str]] = {
    "polls": ("look at feeds", "looks at feeds"),
    "segments": ("segment", "segments"),
    "orphans": ("orphan", "orphans"),
    "logs": ("log", "logs"),
    "backups": ("backup", "backups"),
}


def size(count: int) -> str:
    """« 42 MB », in powers of a thousand; three figures at most before the unit."""
    amount, units = float(count), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while amount >= 999.5 and (larger := next(units, None)):
        amount, unit = amount / 1000, larger
    return (
        f"{amount:.1f} {unit}" if unit not in ("bytes", "kB") and amount < 9.95 else f"{amount:,.0f} {unit}"
    )


def backed_up(made: Backup) -> str:
    """« backup 42 MB in 3 s »."""
    return f"backup {size(made.bytes)} in {made.seconds:.0f} s"


def told(made: Backup) -> str:
    """« the backup of 2026-11-25 02:15 UTC (1,234 rows, schema 0006) »."""
    holds = (
        f"{made.contents.stored:,} rows, schema {made.contents.schema_version}"
        if made.contents
        else "what it holds is not known"
    )
    return f"the backup of {made.taken_at:%Y-%m-%d %H:%M} UTC ({holds})"


def restored(done: Restored) -> str:
    """« restored and compared: 31 tables in 5 s »."""
    return f"restored and compared: {len(done.contents.rows)} tables in {done.seconds:.0f} s"


def put_back(done: Restored) -> str:
    """What a restore has put in place, and whether it could be compared."""
    compared = (
        "compared with what was dumped" if done.backup.contents else "there was nothing to compare with"
    )
    return (
        f"{done.contents.stored:,} rows in {len(done.contents.rows)} tables are back, "
        f"in {done.seconds:.0f} s; {compared}"
    )


def removed(done: Removed) -> str:
    """« 0 segments, 1,200 looks at feeds; 12 GB free »: segments always, the rest where there is any."""
    parts = []
    for name, (one, many) in _NAMES.items():
        count = done.counts.get(name, 0)
        if count or name == "segments":
            freed = f" ({size(done.counts.get('segment_bytes', 0))})" if name == "segments" and count else ""
            parts.append(f"{count:,} {one if count == 1 else many}{freed}")
    return f"{', '.join(parts)}; {size(done.free)} free"


def vacuumed(tables: Sequence[str], database_bytes: int, *, dry_run: bool = False) -> str:
    """« vacuumed: poll; database 1.2 GB »."""
    verb = "to vacuum" if dry_run else "vacuumed"
    return f"{verb}: {', '.join(tables) or 'nothing'}; database {size(database_bytes)}"


def largest(relations: Sequence[Relation]) -> str:
    """« article 812 MB, article_search (index) 240 MB »."""
    return ", ".join(
        f"{one.name}{' (index)' if one.kind == 'index' else ''} {size(one.bytes)}" for one in relations
    )
