"""Exports at length: ``python -m tests.benchmarks.exports [--mentions N …] [--forms FORM …]``.

Mentions made up in SQL (five to an article), exported in each form by the real command; wall seconds, CPU seconds
and the largest memory of its process. The database is an embedded one of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from desk.exports.writing import FORMATS, Format
from processing.store import embedded
from processing.store.connect import connect
from processing.store.migrate import migrate
from tests.desk.made import press

Line = Callable[[str, str], None]
EACH = 5
BATCH = 20_000
"""Articles made in one transaction."""


def exporting(line: Line, *, mentions: int, forms: Sequence[Format] = FORMATS) -> None:
    """Print, for each form, how long an export of so many mentions takes, its memory and the file's size."""
    with TemporaryDirectory(prefix="vedette-") as folder, embedded.server(Path(folder) / "postgresql") as url:
        migrate(url)
        begun = time.perf_counter()
        with connect(url) as conn:
            for done in range(0, mentions // EACH, BATCH):
                press(conn, articles=min(BATCH, mentions // EACH - done), mentions_each=EACH)
            conn.execute("ANALYZE")
        line(f"{mentions:,} mentions made", f"{time.perf_counter() - begun:.0f} s")
        for form in forms:
            file = Path(folder) / f"export.{form}"
            begun = time.perf_counter()
            peak, cpu = exported(url, "--format", form, "-o", str(file))
            wall = time.perf_counter() - begun
            size = file.stat().st_size / 2**20
            line(
                f"{mentions:,} mentions as {form}",
                f"{wall:.1f} s ({cpu:.1f} s of CPU here), {peak:.0f} MiB at most, file {size:.0f} MiB",
            )


def exported(url: str, *options: str) -> tuple[float, float]:
    """Run ``vedette export`` in a process of its own; the most memory that it had, in MiB, and its CPU seconds."""
    program = Path(sys.executable).with_name("vedette")
    process = subprocess.Popen(
        [program, "export", *options],
        env={**os.environ, "VEDETTE_DATABASE_URL": url},
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"vedette export ended with status {process.returncode}")
    return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports", description=__doc__)
    parser.add_argument("--mentions", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--forms", nargs="*", choices=FORMATS, default=FORMATS)
    options = parser.parse_args()
    for number in options.mentions:
        exporting(
            lambda what, figure: print(f"{what}: {figure}", flush=True), mentions=number, forms=options.forms
        )
