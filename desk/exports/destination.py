"""Where an export goes: a file that is there whole or not at all, or a stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from processing.errors import ExportError

STDOUT = "-"


@contextmanager
def destination(name: str, *, binary: bool) -> Iterator[IO[bytes]]:
    """A file to write ``name`` into, or the standard output for ``-``.

    A file is written beside its place under another name and moved there when all of it is on the disk, so that a
    reader never sees a part of it, and what stood there before stays when the export breaks off. A device or a pipe is
    written as it is. Raises ExportError when it cannot be written, or ``binary`` would go to a terminal.
    """
    if name == STDOUT:
        if binary and sys.stdout.isatty():
            raise ExportError("this is no text for a terminal: give a file with -o FILE")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    if path.is_dir():
        raise ExportError(f"{name} is a folder: give a file with -o FILE")
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    # A link stays a link: what it points to is replaced.
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("xb")
    except OSError as error:
        raise ExportError(f"{name} cannot be written: {error.strerror}") from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
