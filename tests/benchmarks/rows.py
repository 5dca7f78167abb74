"""From WARC files to rows: ``python -m tests.benchmarks.rows WARC… [--workers N] [--no-peer]``.

The real command ``vedette ingest`` reads them into a new database on an embedded PostgreSQL that runs already.
Beside it, in one process as it comes, news-please's ``from_warc`` on every response of the same files, which stores
nothing; its loading is left out, ours is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from processing.store import embedded
from processing.store.migrate import migrate
from tests.benchmarks.peers import environment_of

CHILD = Path(__file__).with_name("rows_child.py")
VEDETTE = Path(sys.executable).with_name("vedette")

Line = Callable[[str, str], None]


def rows(line: Line, warcs: Sequence[Path], *, workers: int = 2, peer: bool = True) -> None:
    """Print articles a second of ours, by stage and in all, and beside the peer."""
    ours = ingested(warcs, workers)
    line("pages, articles, mentions", f"{ours.pages}, {ours.articles}, {ours.mentions}")
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in ours.stages.items())
    line(f"with {workers} workers", f"{told}; command {ours.wall:.2f} s, CPU {ours.cpu:.2f} s")
    line("articles a second, ingest and extract", f"{ours.rate:.1f}")
    line("articles a second, the whole command", f"{ours.articles / ours.wall:.1f}")
    if peer:
        theirs = news_please(warcs)
        rate = theirs["articles"] / theirs["seconds"]
        line(
            "news-please's from_warc",
            f"{theirs['articles']} articles of {theirs['records']} records in {theirs['seconds']:.1f} s "
            f"(CPU {theirs['cpu']:.1f} s), {rate:.1f} a second",
        )
        each = theirs["cpu"] / theirs["articles"] / (ours.cpu / ours.articles)
        line(
            "ratio",
            f"{ours.rate / rate:.1f} × by the clock, {ours.articles / ours.wall / rate:.1f} × with loading and "
            f"flagging; {each:.1f} × by processor time with these",
        )


class Ingested:
    """What ``vedette ingest`` said, and what it took."""

    def __init__(self, told: Sequence[dict[str, Any]], wall: float, cpu: float) -> None:
        by_stage = {stage["stage"]: stage for stage in told}
        self.stages: dict[str, float] = {name: stage["seconds"] for name, stage in by_stage.items()}
        self.pages: int = by_stage["ingest"]["pages"]
        self.articles: int = by_stage["extract"].get("articles", 0)
        self.mentions: int = by_stage["flag"]["mentions"]
        self.wall = wall
        """Seconds by the clock from the command's start to its end."""
        self.cpu = cpu
        """Seconds of it and its workers; the server's are not in it."""

    @property
    def rate(self) -> float:
        """Articles a second from the file to the rows: the stages « ingest » and « extract »."""
        return self.articles / (self.stages["ingest"] + self.stages["extract"])


def ingested(warcs: Sequence[Path], workers: int) -> Ingested:
    """Ingest into a new database."""
    with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
        home = Path(folder)
        with embedded.server(home / "postgresql") as url:
            migrate(url)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun = time.perf_counter()
            done = subprocess.run(
                [VEDETTE, "ingest", "--json", "--workers", str(workers), *map(str, warcs)],
                env={**os.environ, "VEDETTE_HOME": str(home), "VEDETTE_DATABASE_URL": url},
                stdout=subprocess.PIPE,
                check=True,
            )
            wall = time.perf_counter() - begun
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ingested([json.loads(row) for row in done.stdout.splitlines()], wall, cpu)


def news_please(warcs: Sequence[Path]) -> dict[str, Any]:
    """What the peer makes of the same files. Raises CalledProcessError when it cannot be installed or run."""
    python = environment_of("news-please")
    done = subprocess.run([python, CHILD, *warcs], check=True, capture_output=True, text=True)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rows", description=__doc__)
    parser.add_argument("warc", nargs="+", type=Path)
    parser.add_argument("--workers", type=int, default=2, help="processes that extract")
    parser.add_argument("--no-peer", action="store_true", help="ours alone")
    given = parser.parse_args()

    def line(name: str, value: str) -> None:
        print(f"{name}: {value}", flush=True)

    paths = [path.absolute() for path in given.warc]
    rows(line, paths, workers=given.workers, peer=not given.no_peer)


if __name__ == "__main__":
    main()
