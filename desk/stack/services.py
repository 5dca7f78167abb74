"""Child processes of the stack: each in a session of its own, ended with everything it started.

Airflow's services fork workers, which fork tasks, which start crawls in further sessions. A process
belongs to the stack when it is in the session of one of its services, or carries the stack's tag in
its environment (crawls do; a service that rewrites its process title may lose it).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from desk.stack.environment import TAG

POLL = 0.1
"""Seconds between two looks at processes that are asked to end."""


@dataclass(frozen=True)
class ServiceSpec:
    """One of Airflow's services: its name, its command line, and how long it may take to end."""

    name: str
    arguments: tuple[str, ...]
    patience: float
    """Seconds between the request to end and the kill."""
    asks_all: bool = False
    """Its children are asked to end as well; else it ends them itself, and would wait for them in vain."""


class Service:
    """A running child. Its output goes to a log; the log of the start before is kept as ``.1``."""

    def __init__(self, spec: ServiceSpec, environment: Mapping[str, str], logs: Path) -> None:
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as output:
            self._child = subprocess.Popen(
                airflow_command(*spec.arguments),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._child.pid

    @property
    def name(self) -> str:
        return self.spec.name

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    def last_lines(self, count: int = 15) -> list[str]:
        """The end of its log."""
        return self.log.read_text(errors="replace").splitlines()[-count:]

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> bool:
        """End the service and all of its session; returns whether it ended without being killed.

        ``hurry`` says that the patience is over before its time.
        """
        ended = end(lambda: in_sessions({self.pid}), self.spec.patience, hurry, asks_all=self.spec.asks_all)
        self.reap()
        return ended

    def reap(self) -> None:
        """Take note of the end of a child that has ended, or is about to."""
        self._child.wait()


def airflow_command(*arguments: str) -> list[str]:
    """The command line of Airflow in this very Python, apart from modules in the working folder."""
    return [sys.executable, "-P", "-m", "airflow", *arguments]


def in_sessions(sessions: Collection[int]) -> list[psutil.Process]:
    """The living processes of these sessions."""
    return [process for process in _processes() if _session(process.pid) in sessions]


def tagged(home: Path) -> list[psutil.Process]:
    """The living processes that carry the tag of the stack on ``home``, but for the caller."""
    return [process for process in _processes() if _tag(process) == str(home)]


def end(
    find: Callable[[], Sequence[psutil.Process]],
    patience: float,
    hurry: Callable[[], bool] = lambda: False,
    *,
    asks_all: bool = False,
) -> bool:
    """Ask the processes that ``find`` finds to end, and kill what is left after ``patience`` seconds.

    A process whose parent is among them is left to its parent, unless ``asks_all``. They are looked for
    again at each step, since they may start others, or lose their parents, while they end. ``hurry`` says
    that the patience is over before its time. Returns whether all ended without being killed.
    """
    asked: set[int] = set()
    deadline = time.monotonic() + patience
    while found := find():
        if time.monotonic() >= deadline or hurry():
            break
        pids = {process.pid for process in found}
        for process in found:
            if process.pid not in asked and (asks_all or _parent(process) not in pids):
                asked.add(process.pid)
                _send(process, signal.SIGTERM)
        time.sleep(POLL)
    else:
        return True
    while found := find():
        for process in found:
            _send(process, signal.SIGKILL)
        time.sleep(POLL)
    return False


def _processes() -> Iterator[psutil.Process]:
    me = os.getpid()
    for process in psutil.process_iter():
        try:
            if process.pid != me and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.NoSuchProcess:
            continue


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return None


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _tag(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(TAG)
    except (psutil.Error, OSError):
        return None  # of another user, or gone


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return
