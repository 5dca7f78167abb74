"""The stage « ingest »: WARC files from elsewhere (Common Crawl's news, an older archive) enter the store.

A file is registered with its pages in one transaction; from there on the pages are like any fetched ones.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.address import canonical, host_of
from processing.archive.reading import iterate
from processing.errors import ArchiveError
from processing.optouts import refused_by_page
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import ingested, quarantine, runs
from processing.store.connect import connect, require_schema
from processing.store.ingested import IngestedPage
from processing.store.quarantine import Fault


def ingest(
    database_url: str,
    paths: Sequence[Path],
    *,
    source_id: str | None = None,
    on_progress: OnProgress = silent,
) -> tuple[StageOutcome, tuple[str, ...]]:
    """Register WARC files; returns the outcome and one line for every file that could not be read to its end.

    Of a damaged file everything before the damage is registered, and the file gets a row in ``quarantine``.
    Counts: ``files``, ``known`` (ingested before), ``damaged``, ``pages``, ``new``. Pages belong to ``source_id``,
    or else to the source whose home page has their host.
    """
    faults: list[str] = []
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "ingest", subject=" ".join(str(path) for path in paths)) as run:
            run.counts.update(files=0, pages=0, new=0)
            hosts = ingested.hosts(conn)
            for path in paths:
                fault = _file(conn, path.absolute(), run.id, source_id, hosts, run.counts, on_progress)
                if fault:
                    faults.append(fault)
            run.fault = "; ".join(faults) or None
        return run.outcome, tuple(faults)


def _file(
    conn: Connection[TupleRow],
    path: Path,
    run_id: int,
    source_id: str | None,
    hosts: Mapping[str, str],
    counts: Counter[str],
    on_progress: OnProgress,
) -> str | None:
    counts["files"] += 1
    try:
        sha256 = _digest(path)
    except OSError as error:
        counts["damaged"] += 1
        reason = f"{path} cannot be read: {error.strerror or error}"
        quarantine.hold(conn, [Fault("ingest", str(path), reason)], run_id)
        return reason
    if ingested.registered(conn, path, sha256):
        counts["known"] += 1
        return None
    reading = _Reading(path, source_id, hosts, on_progress)
    with conn.transaction():
        registered = ingested.register(conn, path, reading.pages(), sha256=sha256, run_id=run_id)
        if reading.fault:
            counts["damaged"] += 1
            quarantine.hold(conn, [Fault("ingest", str(path), reading.fault)], run_id)
        else:
            quarantine.settle_file(conn, str(path))
    counts.update(registered)
    return reading.fault


class _Reading:
    """The pages of one file, and what stopped the reading, if anything did."""

    def __init__(
        self, path: Path, source_id: str | None, hosts: Mapping[str, str], on_progress: OnProgress
    ) -> None:
        self.path = path
        self.source_id = source_id
        self.hosts = hosts
        self.on_progress = on_progress
        self.fault: str | None = None

    def pages(self) -> Iterator[IngestedPage]:
        """Every HTML answer with status 200 of an address that can be canonical."""
        records = iterate(self.path)
        read = 0
        while True:
            try:
                offset, record = next(records)
            except StopIteration:
                return
            except ArchiveError as error:
                self.fault = str(error)
                return
            read += 1
            if read % 500 == 0:
                self.on_progress(Progress("ingest", read, None, self.path.name))
            if (
                record.purpose != "page"
                or record.status != 200
                or not _may_be_html(record.content_type or "")
            ):
                continue
            try:
                url = canonical(record.url)
            except ValueError:
                continue
            host = (host_of(url) or "").removeprefix("www.")
            yield IngestedPage(
                url,
                record.url,
                self.source_id or self.hosts.get(host),
                record.status,
                offset,
                record.fetched_at,
                refused=refused_by_page(record.headers, record.body),
            )


def _may_be_html(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"", "text/html", "application/xhtml+xml"}


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
