"""From WARC files to rows: ``python -m tests.benchmarks.rows WARC… [--workers N] [--no-peer]``.

The stages « ingest » and « extract » read them, in a process of their own, into a new database on an embedded
PostgreSQL that runs already. Beside them, in one process as it comes, news-please's ``from_warc`` on every response of
the same files, which stores nothing. Loading is left out of the seconds by the clock, and of all of news-please's. On a
machine that does other work the figures by processor time are the ones to compare.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from processing.extraction import extract_pending
from processing.ingest import ingest
from processing.settings import load_settings
from processing.store import embedded
from processing.store.migrate import migrate
from tests.benchmarks.peers import environment_of

CHILD = Path(__file__).with_name("rows_child.py")
VEDETTE = Path(sys.executable).with_name("vedette")

Line = Callable[[str, str], None]


def rows(line: Line, warcs: Sequence[Path], *, workers: int = 2, peer: bool = True) -> None:
    """Print articles a second of ours, by the clock and by processor time, and beside the peer."""
    with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
        home = Path(folder)
        with embedded.server(home / "postgresql") as url:
            migrate(url)
            server = psutil.Process(int((home / "postgresql" / "postmaster.pid").read_text().split()[0]))
            ours = stored(warcs, workers, home, url, server)
            line("pages, articles", f"{ours.pages}, {ours.articles}")
            line(
                f"{workers} workers",
                f"{ours.seconds:.2f} s by the clock ({ours.wall:.2f} s with loading); CPU {ours.cpu:.2f} s, "
                f"loading in it, and of the server {ours.server_cpu:.2f} s",
            )
            line("articles a second by the clock", f"{ours.articles / ours.seconds:.1f}")
            line("articles a CPU second, loading and server in it", f"{ours.articles / ours.all_cpu:.1f}")
            wall, cpu, mentions = flagged(home, url)
            line("flagging them", f"{mentions} mentions, {wall:.1f} s, CPU {cpu:.1f} s")
    if peer:
        theirs = news_please(warcs)
        read, seconds, spent = theirs["articles"], theirs["seconds"], theirs["cpu"]
        line(
            "news-please's from_warc",
            f"{read} articles of {theirs['records']} records in {seconds:.1f} s, {read / seconds:.1f} a second; "
            f"CPU {spent:.1f} s, {read / spent:.1f} a CPU second",
        )
        line(
            "ratio",
            f"{ours.articles / ours.seconds / (read / seconds):.1f} × by the clock, "
            f"{ours.articles / ours.all_cpu / (read / spent):.1f} × by CPU of one",
        )


@dataclass(frozen=True)
class Stored:
    """What the stages « ingest » and « extract » made of the files, and what they took."""

    pages: int
    articles: int
    seconds: float
    """Of the two stages, by the clock."""
    wall: float
    """From the start of the process to its end."""
    cpu: float
    """Of the process and its helpers, loading with it."""
    server_cpu: float
    """Of PostgreSQL meanwhile."""

    @property
    def all_cpu(self) -> float:
        return self.cpu + self.server_cpu


def stored(warcs: Sequence[Path], workers: int, home: Path, url: str, server: psutil.Process) -> Stored:
    """Run the two stages in a process of their own."""
    at_server, before, begun = _cpu_of(server), _children_cpu(), time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pages, articles, seconds = pool.submit(_stages, warcs, workers, home, url).result()
    wall = time.perf_counter() - begun
    return Stored(pages, articles, seconds, wall, _children_cpu() - before, _cpu_of(server) - at_server)


def _stages(warcs: Sequence[Path], workers: int, home: Path, url: str) -> tuple[int, int, float]:
    settings = load_settings(database_url=url, home=home)
    begun = time.perf_counter()
    ingested, faults = ingest(url, warcs)
    if faults:
        raise RuntimeError("; ".join(faults))
    extracted = extract_pending(settings, url, workers=workers)
    return ingested.counts["pages"], extracted.counts["articles"], time.perf_counter() - begun


def flagged(home: Path, url: str) -> tuple[float, float, int]:
    """What ``vedette flag`` takes then: seconds by the clock, of the processor, and the mentions."""
    before, begun = _children_cpu(), time.perf_counter()
    environment = {**os.environ, "VEDETTE_HOME": str(home), "VEDETTE_DATABASE_URL": url}
    done = subprocess.run(
        [VEDETTE, "flag", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return time.perf_counter() - begun, _children_cpu() - before, told["mentions"]


def _cpu_of(server: psutil.Process) -> float:
    """Seconds of a process, its children and those of its children that have ended."""
    return sum(sum(one.cpu_times()[:4]) for one in (server, *server.children(recursive=True)))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
