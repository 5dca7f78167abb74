"""The ledger of a running crawl: answers go into the open segment, and what became of pages into PostgreSQL.

Nothing is counted before it is sealed and registered; that happens every so many pages, bytes or seconds, so
a killed crawl loses little and a page is never half there.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from time import monotonic

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.archive.writing import Exchange, SegmentWriter
from processing.errors import ArchiveError
from processing.store import frontier
from processing.store.frontier import Fetched, Left, PageToFetch
from processing.store.relooks import LookedAgain
from spiders.outcome import SourceCounts
from spiders.polling import digest

SEAL_PAGES = 250
SEAL_BYTES = 48 * 1024 * 1024
SEAL_SECONDS = 60.0

_COUNTED_AS = {"gone": "gone", "refused_robots": "refused_robots", "refused_tdm": "refused_tdm"}


class Ledger:
    """Collects what became of pages and registers it segment by segment.

    Raises ArchiveError or psycopg.Error when archive or database refuse; the crawl cannot go on then.
    """

    def __init__(
        self, conn: Connection[TupleRow], run_id: int | None, archive: Path, label: str, software: str
    ) -> None:
        self._conn = conn
        self._run_id = run_id
        self._archive = archive
        self._label = label
        self._software = software
        self._writer = self._fresh()
        self._fetched: list[tuple[Fetched, str, int]] = []
        self._left: list[tuple[Left, str]] = []
        self._again: list[tuple[LookedAgain, str]] = []
        self._witnessed = 0
        self._oldest: float | None = None
        self.counts: defaultdict[str, SourceCounts] = defaultdict(SourceCounts)
        self.segments = 0
        self.records = 0
        self.refused = False
        """Whether the archive refused an answer. Those before it are whole and can be sealed all the same."""

    def fetched(
        self, page: PageToFetch, url: str, exchange: Exchange, look_again_at: datetime | None
    ) -> None:
        """Archive an answer. ``url`` is the canonical address that answered."""
        offset = self._write(exchange)
        headers = {name.lower(): value for name, value in exchange.headers if "\x00" not in value}
        entry = Fetched(
            page.id, url, offset, exchange.status, exchange.fetched_at,
            etag=headers.get("etag"), last_modified=headers.get("last-modified"),
            body_sha256=digest(exchange.body), look_again_at=look_again_at, again=page.again,
        )  # fmt: skip
        self._fetched.append((entry, page.source_id, len(exchange.body)))
        self._noted()

    def witnessed(self, exchange: Exchange) -> None:
        """Archive an answer that is no page: a channel, robots.txt, a refusal."""
        self._write(exchange)
        self._witnessed += 1
        self._noted()

    def left(self, left: Left, source_id: str) -> None:
        """Note a page that was not fetched."""
        self._left.append((left, source_id))
        self._noted()

    def looked_again(self, look: LookedAgain, source_id: str) -> None:
        """Note a second look that brought no new copy."""
        self._again.append((look, source_id))
        self._noted()

    def is_full(self) -> bool:
        """Whether it is time to seal."""
        return (
            len(self._fetched) + len(self._left) + len(self._again) >= SEAL_PAGES
            or self._writer.size >= SEAL_BYTES
            or (self._oldest is not None and monotonic() - self._oldest >= SEAL_SECONDS)
        )

    def seal(self) -> None:
        """Seal the segment and register everything noted so far, in one transaction."""
        if not (self._fetched or self._left or self._again or self._witnessed):
            return
        writer = self._writer
        segment = writer.seal()
        frontier.register_segment(
            self._conn,
            self._run_id,
            segment,
            [entry for entry, _, _ in self._fetched],
            [left for left, _ in self._left],
            [look for look, _ in self._again],
        )
        if segment is not None:
            self.segments += 1
            self.records += segment.records
        self._count()
        self._writer = self._fresh()
        self._fetched.clear()
        self._left.clear()
        self._again.clear()
        self._witnessed = 0
        self._oldest = None
        writer.registered()

    def discard(self) -> None:
        """Give up what is not registered; its pages are fetched another time."""
        self._writer.discard()

    def _write(self, exchange: Exchange) -> int:
        try:
            return self._writer.write(exchange)
        except ArchiveError:
            self.refused = True
            raise

    def _fresh(self) -> SegmentWriter:
        return SegmentWriter(self._archive, self._label, self._software)

    def _noted(self) -> None:
        if self._oldest is None:
            self._oldest = monotonic()

    def _count(self) -> None:
        for entry, source_id, size in self._fetched:
            counts = self.counts[source_id]
            counts.bytes += size
            counts.fetched += not entry.again
            counts.changed += entry.again
            counts.looked_again += entry.again
        for look, source_id in self._again:
            counts = self.counts[source_id]
            counts.looked_again += 1
            counts.withdrawn += look.what == "withdrawn"
            counts.unanswered += look.what == "not answered"
        for left, source_id in self._left:
            name = "moved" if left.moved_to else _COUNTED_AS.get(left.state, "failed" if left.asked else None)
            if name is not None:
                counts = self.counts[source_id]
                setattr(counts, name, getattr(counts, name) + 1)
