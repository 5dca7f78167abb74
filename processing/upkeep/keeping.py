"""Which backups are kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

MONTHS = 6
"""Calendar months whose first backup is kept, the present one among them."""


def kept(taken: Iterable[datetime], keep: int, now: datetime) -> set[datetime]:
    """Of backups taken at these times: the newest ``keep``, and the first of each of the last six months."""
    ordered = sorted(taken)
    newest = set(ordered[-keep:])
    firsts: dict[tuple[int, int], datetime] = {}
    for moment in ordered:
        firsts.setdefault((moment.year, moment.month), moment)
    return newest | {
        moment
        for (year, month), moment in firsts.items()
        if 0 <= 12 * (now.year - year) + now.month - month < MONTHS
    }
