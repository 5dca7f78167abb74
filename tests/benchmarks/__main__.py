"""``make bench``: what a night costs, beside plain trafilatura on the same pages in the same run.

With WARC files (``make bench WARC="a.warc.gz b.warc.gz"``) their pages are read; else those of the newsstand,
which are few: take its figures as a check that the benchmark works. CPU seconds are those of this process or of
the children it waited for; memory is the largest single process. Machines differ: compare the ratios.
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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import trafilatura

from processing.archive.reading import ArchivedPage, iterate
from processing.clean import Article, extract_page
from processing.clean.body import free_memory
from tests.benchmarks.crawling import crawling, night_by_the_clock
from tests.benchmarks.flagging import cpu_seconds, flagging, hostile
from tests.benchmarks.peers import compared
from tests.benchmarks.rows import VEDETTE, rows
from tests.benchmarks.stories import clustering
from tests.newsstand import Newsstand


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("warc", nargs="*", type=Path, help="WARC files to read")
    parser.add_argument(
        "--gold", type=Path, help="what is known of the pages: cleaning is compared with its peers"
    )
    arguments = parser.parse_args()
    given: list[Path] = [path.absolute() for path in arguments.warc]
    with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
        home = Path(folder)
        heading("A night on the newsstand")
        warcs = night(home / "night")
        heading("Crawling, beside bare Scrapy that stores nothing")
        crawling(line)
        night_by_the_clock(line)
        heading("WARC files to rows" + (", beside news-please" if given else ""))
        rows(line, given or warcs, peer=bool(given))
        heading("Cleaning, one core")
        articles = cleaning([page for path in given or warcs for page in pages(path)])
        if arguments.gold:
            heading("Cleaning beside its peers")
            sys.stdout.write(compared(given, arguments.gold) + "\n")
        heading("Stories, invented dispatches in the order of chance")
        clustering(line)
        heading("Flagging, one core")
        flagging(articles, line)
        heading("Flagging what was made to be slow")
        hostile(line)


def night(home: Path) -> list[Path]:
    """A first and a second night on the newsstand; returns the segments archived."""
    with Newsstand() as newsstand:
        catalogue = newsstand.write_catalogue(home.with_suffix(".yaml"))
        environment = {
            "VEDETTE_CATALOGUE": str(catalogue),
            "VEDETTE_ALLOW_PRIVATE_HOSTS": "1",
            "VEDETTE_DELAY": "0",
        }
        for which in ("first", "second"):
            wall, cpu, stages = vedette(home, "night", "--json", **environment)
            told = ", ".join(f"{stage['stage']} {stage['seconds']} s" for stage in stages)
            line(
                f"{which} night",
                f"{stages[0]['fetched']} pages: {told}; command {wall:.1f} s, CPU {cpu:.1f} s",
            )
    line("largest process", f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
    return sorted((home / "archive").rglob("*.warc.gz"))


def cleaning(recorded: Sequence[ArchivedPage]) -> list[Article]:
    """Our cleaning and trafilatura's default (with metadata) in turn on the same pages."""
    ours: list[Article] = []

    def clean(page: ArchivedPage) -> None:
        result = extract_page(
            page.body, url=page.url, content_type=page.content_type or "", fetched_at=page.fetched_at
        )
        if isinstance(result, Article):
            ours.append(result)

    def default(page: ArchivedPage) -> None:
        trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)

    spent = {"ours": 0.0, "trafilatura default": 0.0}
    # In turn, block by block, so that a slow moment of the machine hits both.
    for begin in range(0, len(recorded), 50):
        block = recorded[begin : begin + 50]
        spent["ours"] += cpu_seconds(clean, block)
        free_memory()
        spent["trafilatura default"] += cpu_seconds(default, block)
        free_memory()
    for name, seconds in spent.items():
        line(f"{name}, pages a CPU second", f"{len(recorded) / seconds:.1f}")
    line("ratio", f"{spent['trafilatura default'] / spent['ours']:.2f} ×")
    return ours


def pages(path: Path) -> Iterable[ArchivedPage]:
    """The HTML answers of a WARC file."""
    for _, page in iterate(path):
        if page.status == 200 and (page.content_type or "").startswith("text/html") and page.body.strip():
            yield page


def vedette(home: Path, *arguments: str, **environment: str) -> tuple[float, float, list[dict[str, Any]]]:
    """Run the command; its wall and CPU seconds and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(
        [VEDETTE, *arguments],
        env={**os.environ, **environment, "VEDETTE_HOME": str(home), "VEDETTE_DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, [json.loads(row) for row in done.stdout.splitlines()]


def heading(text: str) -> None:
    print(f"\n{text}", flush=True)


def line(name: str, value: str) -> None:
    print(f"  {name}: {value}", flush=True)


if __name__ == "__main__":
    main()
