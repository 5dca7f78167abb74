"""The strikes: what befalls a stage, and how it is undone when the stage has ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.siege.place import Place, Stage, send


def _nothing(_place: Place) -> None:
    return


@dataclass(frozen=True)
class Strike:
    """One way to hit a stage."""

    name: str
    stage: str
    """crawl, extract or flag."""
    hit: Callable[[Place, Stage], None]
    undo: Callable[[Place], None] = _nothing
    at_sealing: bool = False
    """Wait for the moment between a segment's seal and its registration instead of a random one."""
    needs_disk: bool = False


def _kill_child(_place: Place, stage: Stage) -> None:
    send(stage.children("spiders"), signal.SIGKILL)


def _kill_launcher(_place: Place, stage: Stage) -> None:
    send([stage.launcher], signal.SIGKILL)


def _kill_both(_place: Place, stage: Stage) -> None:
    send([stage.launcher, *stage.children()], signal.SIGKILL)


def _stop_launcher(_place: Place, stage: Stage) -> None:
    send([stage.launcher], signal.SIGTERM)


def _kill_worker(_place: Place, stage: Stage) -> None:
    while stage.alive and not send(stage.children("spawn_main")[:1], signal.SIGKILL):
        time.sleep(0.005)


def _restart(place: Place, _stage: Stage) -> None:
    place.restart_database()


STRIKES = (
    Strike("kill the crawl", "crawl", _kill_child),
    Strike("kill the launcher", "crawl", _kill_launcher),
    Strike("kill both", "crawl", _kill_both),
    Strike("stop the launcher", "crawl", _stop_launcher),
    Strike("kill at the seal", "crawl", _kill_child, at_sealing=True),
    Strike("kill both at the seal", "crawl", _kill_both, at_sealing=True),
    Strike("restart PostgreSQL", "crawl", _restart),
    Strike("restart PostgreSQL at the seal", "crawl", _restart, at_sealing=True),
    Strike("fill the disk", "crawl", lambda place, _: place.fill_disk(), Place.empty_disk, needs_disk=True),
    Strike(
        "lock the archive", "crawl", lambda place, _: place.lock_disk(), Place.unlock_disk, needs_disk=True
    ),
    Strike("kill extract", "extract", _kill_launcher),
    Strike("kill a worker of extract", "extract", _kill_worker),
    Strike("restart PostgreSQL", "extract", _restart),
    Strike("kill flag", "flag", _kill_launcher),
    Strike("restart PostgreSQL", "flag", _restart),
)


def strike(place: Place, stage: Stage, chosen: Strike, moment: float) -> float | None:
    """Hit the stage ``moment`` seconds after its begin (or at a seal); returns when, None when it ended before."""
    while stage.alive:
        now = time.monotonic() - stage.begun
        if _due(place, chosen, moment, now):
            chosen.hit(place, stage)
            return now
        time.sleep(0.0005 if chosen.at_sealing else 0.005)
    return None


def _due(place: Place, chosen: Strike, moment: float, now: float) -> bool:
    if chosen.at_sealing:
        return next(place.archive.glob("2*/*/*/*.unregistered"), None) is not None
    return now >= moment
