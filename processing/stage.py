"""What every stage tells while it works and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is: ``done`` of ``total`` units (pages, articles, records), total None when unknown."""

    stage: str
    done: int
    total: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """What a stage did: the id of its row in ``run``, named counts, and its duration in seconds."""

    run_id: int
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0


OnProgress = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """For a caller who does not look."""
