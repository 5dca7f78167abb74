"""Who runs the stack on a home: one `up` at a time, and what a killed one left behind.

The lock is a lock on the folder itself, which the system drops with its holder, so it cannot go stale.
The record names the processes by pid and start time, so a pid that was given to another program since
is not taken for ours.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from desk.stack.layout import Layout
from desk.stack.services import end, in_sessions, tagged
from processing.errors import StackError

LEFTOVER_PATIENCE = 15.0
"""Seconds that leftover services have to end before they are killed."""


@dataclass(frozen=True)
class Known:
    """A process, told apart from a later one with the same pid by its start time (seconds since 1970)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Known:
        return cls(pid, psutil.Process(pid).create_time())

    def alive(self) -> bool:
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1
        except psutil.NoSuchProcess:
            return False

    def replaced(self) -> bool:
        """Whether another process bears this pid now."""
        return psutil.pid_exists(self.pid) and not self.alive()


@dataclass(frozen=True)
class Record:
    """The running stack."""

    up: Known
    url: str = ""
    services: Mapping[str, Known] = field(default_factory=dict)


def write(path: Path, record: Record) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(asdict(record)) + "\n")
    draft.replace(path)


def read(path: Path) -> Record | None:
    """The record; None when there is none, or none that can be read (a machine that lost power)."""
    try:
        found = json.loads(path.read_text())
        return Record(
            up=Known(**found["up"]),
            url=found["url"],
            services={name: Known(**known) for name, known in found["services"].items()},
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def only_one(layout: Layout) -> Iterator[None]:
    """Hold the home against a second `up`. Raises StackError, naming the one that runs."""
    descriptor = os.open(layout.airflow, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(_already_running(layout)) from None
        yield
    finally:
        os.close(descriptor)


def clear_leftovers(layout: Layout) -> int:
    """End what an `up` that was killed left running; returns how many processes that were.

    Call it with the home held (``only_one``): whatever still runs then belongs to nobody.
    """
    record = read(layout.record)
    services = (
        {name: known.pid for name, known in record.services.items() if not known.replaced()} if record else {}
    )
    scheduler = {pid for name, pid in services.items() if name == "scheduler"}

    def left() -> list[psutil.Process]:
        found = {
            process.pid: process for process in [*in_sessions(set(services.values())), *tagged(layout.home)]
        }
        return list(found.values())

    count = len(left())
    end(lambda: in_sessions(scheduler), LEFTOVER_PATIENCE, asks_all=True)
    end(left, LEFTOVER_PATIENCE)
    layout.record.unlink(missing_ok=True)
    return count


def _already_running(layout: Layout) -> str:
    record = read(layout.record)
    who = f" as process {record.up.pid}" if record else ""
    where = f" at {record.url}" if record and record.url else ""
    return (
        f"Vedette is already up on {layout.home}{who}{where}: stop that one first (Ctrl-C there"
        f"{f', or kill {record.up.pid}' if record else ''}), or set VEDETTE_HOME to another folder"
    )
