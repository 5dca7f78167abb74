"""The stage « ingest »: WARC files from elsewhere (Common Crawl's news, an older archive) enter the store.

A file is registered with its pages in one transaction; from there on the pages are like any fetched ones. Files at
http(s) addresses are fetched into the archive first (:mod:`processing.archive.fetching`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from processing.address import canonical, host_of
from processing.archive.fetching import Fetching, is_web_address, named
from processing.archive.reading import ArchivedPage, iterate
from processing.errors import ArchiveError, ServerAwayError
from processing.optouts import refused_by_page
from processing.stage import OnProgress, Progress, StageOutcome, silent
from processing.store import ingested, quarantine, runs
from processing.store.connect import connect, require_schema
from processing.store.ingested import IngestedPage
from processing.store.quarantine import Fault
from processing.store.runs import Run

_RANGE = re.compile(r" (since|until) \d{4}-\d\d-\d\dT")
"""How the subject of a run tells that only a part was asked for."""


def ingest(
    database_url: str,
    files: Sequence[Path | str],
    *,
    source_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    fetching: Fetching | None = None,
    on_progress: OnProgress = silent,
) -> tuple[StageOutcome, tuple[str, ...]]:
    """Register WARC files; returns the outcome and one line for every file that could not be read to its end.

    ``files`` are paths, or http(s) addresses where ``fetching`` says how to fetch. Of a damaged file everything before
    the damage is registered, and the file gets a row in ``quarantine``, as does an address that cannot be fetched.
    Counts: ``files``, ``known`` (ingested before), ``damaged``, ``away`` (those whose server may be back later),
    ``pages``, ``new``, ``outside`` (of the range). Pages belong to ``source_id``, or else to the source whose home page
    has their host. ``since`` and ``until`` (exclusive) narrow it down to records whose WARC-Date lies between; the rest
    of such a file can be asked for later.
    """
    files = [file if is_web_address(str(file)) else Path(file).absolute() for file in files]
    subject = " ".join(map(str, files))
    subject += "".join(f" {word} {at.isoformat()}" for word, at in (("since", since), ("until", until)) if at)
    faults: list[str] = []
    with connect(database_url) as conn:
        require_schema(conn)
        with runs.recorded(conn, "ingest", subject=subject) as run:
            run.counts.update(files=0, pages=0, new=0)
            wanted = _Wanted(source_id, ingested.hosts(conn), since, until)
            for file in files:
                if fault := _file(conn, file, run, wanted, fetching, on_progress):
                    faults.append(fault)
            run.fault = "; ".join(faults) or None
        return run.outcome, tuple(faults)


@dataclass(frozen=True)
class _Wanted:
    """Which pages of a file are wanted, and whose they are."""

    source_id: str | None
    hosts: Mapping[str, str]
    since: datetime | None
    until: datetime | None

    def by_date(self, page: ArchivedPage) -> bool:
        return (self.since is None or page.fetched_at >= self.since) and (
            self.until is None or page.fetched_at < self.until
        )


def _file(
    conn: Connection[TupleRow],
    file: Path | str,
    run: Run,
    wanted: _Wanted,
    fetching: Fetching | None,
    on_progress: OnProgress,
) -> str | None:
    """Register one file; returns why it could not be read to its end."""
    run.counts["files"] += 1
    try:
        path, sha256 = _there(file, fetching, on_progress)
    except ArchiveError as error:
        run.counts["damaged"] += 1
        if isinstance(error, ServerAwayError):
            run.counts["away"] += 1
        quarantine.hold(conn, [Fault("ingest", str(file), str(error))], run.id)
        return str(error)
    before = ingested.registered(conn, path, sha256)
    if before is not None and not _RANGE.search(before):
        run.counts["known"] += 1
        return None
    reading = _Reading(path, wanted, on_progress)
    with conn.transaction():
        registered = ingested.register(conn, path, reading.pages(), sha256=sha256, run_id=run.id)
        if reading.fault:
            run.counts["damaged"] += 1
            quarantine.hold(conn, [Fault("ingest", str(file), reading.fault)], run.id)
        else:
            quarantine.settle_file(conn, str(file))
    run.counts.update(registered)
    if reading.outside:
        run.counts["outside"] += reading.outside
    return reading.fault


def _there(file: Path | str, fetching: Fetching | None, on_progress: OnProgress) -> tuple[Path, bytes]:
    """The file's path on this machine and its SHA-256, fetched where it must be. Raises ArchiveError."""
    sha256 = None
    if isinstance(file, str) and is_web_address(file):
        if fetching is None:
            raise ArchiveError(f"{file} is an address: nothing was said on how to fetch it")

        def tell(have: int, of: int | None) -> None:
            on_progress(Progress("fetch", have, of, named(file)))

        whole = fetching.fetch(file, tell)
        path, sha256 = whole.path, whole.sha256
    else:
        path = Path(file)
    try:
        return path, sha256 or _digest(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}") from None


class _Reading:
    """The pages of one file, and what stopped the reading, if anything did."""

    def __init__(self, path: Path, wanted: _Wanted, on_progress: OnProgress) -> None:
        self.path = path
        self.wanted = wanted
        self.on_progress = on_progress
        self.fault: str | None = None
        self.outside = 0
        """Records that are not of the dates."""

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
            if not self.wanted.by_date(record):
                self.outside += 1
                continue
            try:
                url = canonical(record.url)
            except ValueError:
                continue
            host = (host_of(url) or "").removeprefix("www.")
            yield IngestedPage(
                url,
                record.url,
                self.wanted.source_id or self.wanted.hosts.get(host),
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
