"""What crawling costs beside bare Scrapy: ``python -m tests.benchmarks.crawling [--pages N] [--night]``.

CPU seconds are those of the crawling process from its start to its end, the loading of its modules with it: ours reads
robots.txt, opt-outs and the sitemap, keeps every page in the archive and every row in PostgreSQL; Scrapy's
fetches the same pages and stores nothing. They take turns, so that a slow moment of the machine hits both.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from processing.settings import Settings, load_settings
from processing.store import embedded
from processing.store.migrate import migrate
from spiders.launch import crawl
from spiders.outcome import CrawlOutcome, Progress
from tests.benchmarks.large_press import address

HOSTS = 25
PAGES_OF_A_HOST = 800
"""At most, in the long crawl."""
ROUND = 2_500
"""Pages of one turn."""
ROUNDS = 2
NIGHT = (110, 40)
"""Sources and pages of each in the night that is measured by the clock."""
OWN_REQUESTS = 3
"""robots.txt, tdmrep.json and the sitemap, once a host."""

Line = Callable[[str, str], None]


def crawling(line: Line, *, pages: int = 10_000, rounds: int = ROUNDS) -> None:
    """Print CPU per page beside bare Scrapy's, and the memory of a long crawl along its way."""
    for packed in (False, True):
        spent = {"bare": 0.0, "ours": 0.0}
        for _ in range(rounds):
            with large_press(HOSTS, ROUND // HOSTS, packed=packed) as port:
                spent["bare"] += bare(port, HOSTS, ROUND // HOSTS)
                spent["ours"] += ours(port, HOSTS, ROUND // HOSTS).cpu
        told = "pages sent gzipped" if packed else "pages sent as they are"
        each = {name: 1000 * seconds / (rounds * ROUND) for name, seconds in spent.items()}
        line(
            f"{told}, CPU of a page",
            f"{each['ours']:.2f} ms, bare Scrapy {each['bare']:.2f} ms, ratio {each['ours'] / each['bare']:.2f} ×",
        )
    hosts = max(HOSTS, pages // PAGES_OF_A_HOST)
    with large_press(hosts, pages // hosts, packed=True) as port:
        long = ours(port, hosts, pages // hosts)
    told = ", ".join(f"{rss:.0f} MiB at {share:.0%}" for share, rss in long.memory.items())
    line(
        f"memory over {pages // hosts * hosts:,} pages",
        f"{told}; CPU of a page {1000 * long.cpu / pages:.2f} ms",
    )


def night_by_the_clock(line: Line) -> None:
    """Print how long a night of one request a second to each host takes, beside what the slowest host alone needs."""
    hosts, pages = NIGHT
    with large_press(hosts, pages, packed=True) as port:
        crawled = ours(port, hosts, pages, delay=1.0)
    least = pages + OWN_REQUESTS - 1
    line(
        f"{hosts} sources of {pages} pages, one request a second to each",
        f"{crawled.seconds:.1f} s by the clock, a host alone needs {least} s: {crawled.seconds - least:.1f} s more; "
        f"CPU {crawled.cpu:.1f} s",
    )


@contextmanager
def large_press(hosts: int, pages: int, *, packed: bool) -> Iterator[int]:
    """The press that is fetched; yields its port."""
    command = [sys.executable, "-m", "tests.benchmarks.large_press", str(hosts), str(pages)]
    with subprocess.Popen(
        [*command, *(["--gzip"] if packed else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            assert server.stdin is not None
            server.stdin.close()


def bare(port: int, hosts: int, pages: int) -> float:
    """CPU seconds of bare Scrapy."""
    before = _children_cpu()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bare_spider", str(port), str(hosts), str(pages)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    if int(done.stdout) != hosts * pages:
        raise RuntimeError(f"bare Scrapy fetched {done.stdout.strip()} pages of {hosts * pages}")
    return _children_cpu() - before


@dataclass
class Crawled:
    """What a crawl of ours took."""

    cpu: float = 0.0
    seconds: float = 0.0
    """By the clock, from the start of the crawling process to its end."""
    memory: dict[float, float] = field(default_factory=dict)
    """Resident MiB when this share of the pages had been answered."""


def ours(port: int, hosts: int, pages: int, delay: float = 0.0) -> Crawled:
    """Crawl into a new home with a database of its own."""
    with tempfile.TemporaryDirectory(prefix="vedette-") as folder:
        home = Path(folder)
        catalogue = home / "catalogue.yaml"
        catalogue.write_text("".join(_entry(host, port) for host in range(hosts)), encoding="utf-8")
        with embedded.server(home / "postgresql") as url:
            migrate(url)
            settings = load_settings(
                database_url=url, home=home, catalogue=catalogue, allow_private_hosts=True, delay=delay
            )
            return _crawled(settings, url, hosts * pages)


def _crawled(settings: Settings, url: str, pages: int) -> Crawled:
    crawled = Crawled()
    shares = [0.1, 0.25, 0.5, 0.75, 0.95]

    def look(progress: Progress) -> None:
        while shares and progress.fetched >= shares[0] * pages:
            crawled.memory[shares.pop(0)] = _memory_of_the_crawl()

    before, begun = _children_cpu(), time.monotonic()
    outcome: CrawlOutcome = crawl(settings, url, on_progress=look)
    crawled.seconds = time.monotonic() - begun
    crawled.cpu = _children_cpu() - before
    if outcome.totals["fetched"] != pages:
        raise RuntimeError(f"the crawl fetched {outcome.totals['fetched']} pages of {pages}")
    return crawled


def _memory_of_the_crawl() -> float:
    children = psutil.Process().children()
    return max(
        (child.memory_info().rss / 2**20 for child in children if "spiders" in child.cmdline()), default=0.0
    )


def _entry(host: int, port: int) -> str:
    base = f"http://{address(host)}:{port}"
    return (
        f"- {{id: host-{host}, name: host-{host}, country: FR, kind: daily, homepage: '{base}/', "
        f"sitemaps: ['{base}/news.xml']}}\n"
    )


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.crawling", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="pages of the long crawl")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each side")
    parser.add_argument("--night", action="store_true", help="the night by the clock alone")
    chosen = parser.parse_args()

    def line(name: str, value: str) -> None:
        print(f"  {name}: {value}", flush=True)

    if not chosen.night:
        crawling(line, pages=chosen.pages, rounds=chosen.rounds)
    night_by_the_clock(line)


if __name__ == "__main__":
    main()
