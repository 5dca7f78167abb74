"""Sending a crawl to one site or to several, and reading what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from psycopg import Connection
from psycopg.rows import TupleRow

from processing.settings import Settings
from spiders.launch import crawl
from spiders.outcome import CrawlOutcome
from tests.spiders.website import Website

Conn = Connection[TupleRow]


def look_at(
    settings: Settings, folder: Path, sites: dict[str, Website], catalogue: Path | None = None
) -> CrawlOutcome:
    """Crawl these sites, each a source of its own with one feed, or as the catalogue has them."""
    if catalogue is None:
        catalogue = folder / "catalogue.yaml"
        catalogue.write_text("".join(site.entry(name) for name, site in sites.items()), encoding="utf-8")
    chosen = settings.model_copy(update={"catalogue": catalogue})
    assert chosen.database_url
    return crawl(chosen, chosen.database_url, all_due=True)


def pages(conn: Conn) -> dict[str, tuple[str, str | None]]:
    """State and reason of every page, by path and query."""
    rows = conn.execute(
        "SELECT regexp_replace(url, '^https?://[^/]+', ''), state, reason FROM press.page"
    ).fetchall()
    return {path: (state, reason) for path, state, reason in rows}


def polls(conn: Conn) -> dict[str, tuple[str, str | None]]:
    """Outcome of each source's last look, and its error or note."""
    rows = conn.execute(
        "SELECT f.source_id, p.outcome, coalesce(p.error, p.note) FROM press.poll p "
        "JOIN press.feed f ON f.id = p.feed_id ORDER BY p.id"
    ).fetchall()
    return {source: (outcome, error) for source, outcome, error in rows}


@dataclass
class Peak:
    """Most memory that the crawling process held, in MB."""

    megabytes: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look at the crawling child until told to stop."""
        ours = psutil.Process()
        while not self._done.wait(0.01):
            for child in ours.children():
                try:
                    if "spiders" in child.cmdline():
                        self.megabytes = max(self.megabytes, _high_water(child.pid))
                except (psutil.Error, OSError):
                    continue


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Watch the crawls that are made inside the context."""
    peak = Peak()
    watcher = threading.Thread(target=peak.watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        peak._done.set()
        watcher.join()


def _high_water(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
