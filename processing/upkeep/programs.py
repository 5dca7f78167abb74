"""``pg_dump`` and ``pg_restore``: which ones serve, and how they are told where the server is."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from psycopg.rows import TupleRow

from processing.errors import BackupError
from processing.store import embedded

_SAYS_NOTHING_TO_DO = re.compile(r"^pg_\w+: (?:hint|detail|warning): ")


@dataclass(frozen=True, slots=True)
class Program:
    """One of PostgreSQL's programs."""

    path: Path
    major: int
    """Of PostgreSQL, as in 18."""


def find(name: str, conn: Connection[TupleRow]) -> Program:
    """The program for the server of this connection: of those on the PATH and in the wheel, the oldest that serves.

    A program reads servers of its own major version and of older ones; one of the server's own writes what the server
    takes back. Raises BackupError when there is none.
    """
    server = conn.info.server_version // 10_000
    found = list(_candidates(name))
    fit = fitting(name, found, server)
    if fit is None:
        has = ", ".join(f"{program.path} is {program.major}" for program in found) or "there is none here"
        raise BackupError(
            f"the server is PostgreSQL {server}, and its {name} is missing ({has}): install PostgreSQL's client "
            f"programs of version {server} and put them on the PATH"
        )
    return fit


def fitting(name: str, found: Iterable[Program], server: int) -> Program | None:
    """The oldest of the programs that serves a server of this major version."""
    fit = [
        program
        for program in found
        if program.major >= server
        # Since 17 pg_restore sets transaction_timeout, which older servers do not know.
        and not (name == "pg_restore" and server < 17 <= program.major)
    ]
    return min(fit, key=lambda program: program.major, default=None)


def _candidates(name: str) -> Iterable[Program]:
    on_path = shutil.which(name)
    # Of two of one version the first is taken: the wheel's programs have no TLS.
    for path in (Path(on_path) if on_path else None, embedded.program(name)):
        if path is None or not path.exists():
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        if version := re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", said):
            yield Program(path, int(version[1]))


def environment(database_url: str) -> dict[str, str]:
    """Our environment and the address of the server, password and all, as libpq's own variables.

    A command line can be read by every user of the machine, an environment by its owner alone.
    """
    variables = {
        option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar
    }
    address = {
        variables[name]: str(value)
        for name, value in conninfo_to_dict(database_url).items()
        if name in variables
    }
    # What a program says is read for its last line, and shown to a person.
    return {**os.environ, **address, "LC_MESSAGES": "C.UTF-8", "PGAPPNAME": "vedette backup"}


def run(
    program: Program,
    arguments: Sequence[str],
    database_url: str,
    *,
    what: str,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
) -> bytes:
    """Run the program to its end; returns its output where ``stdout`` is a pipe.

    It is killed when this is interrupted. Raises BackupError that begins with ``what`` and ends with what it said.
    """
    done = subprocess.run(
        [program.path, "--no-password", *arguments],
        env=environment(database_url),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{what}: {_reason(program, done.returncode, done.stderr)}")
    return done.stdout or b""


def _reason(program: Program, status: int, stderr: bytes) -> str:
    """The first complaint of the program, in one line."""
    lines = stderr.decode("utf-8", "replace").splitlines()
    told = [line for line in lines if line.strip() and not _SAYS_NOTHING_TO_DO.match(line)]
    if status < 0:
        told.append(signal.strsignal(-status) or f"ended by signal {-status}")
    said = next((line for line in told if "error:" in line), told[-1] if told else f"exit status {status}")
    return " ".join(said.removeprefix(f"{program.path.name}: error: ").split())
