"""Writing segments.

A segment grows as ``<name>.warc.gz.open`` under an exclusive ``flock`` and is *sealed* by flush, fsync,
rename and fsync of its folder. Only a sealed segment may be registered, so a file that still bears
``.open`` after its writer died was never counted; :func:`sweep_orphans` puts it aside.
"""

from __future__ import annotations

import builtins
import fcntl
import hashlib
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import BinaryIO, Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from processing.errors import ArchiveError

OPEN_SUFFIX = ".open"
ORPHANS = "orphans"
_LEVEL = 6
"""gzip level. Level 9 makes press pages 1 % smaller for twice the time."""

_NO_LONGER_TRUE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that speak of the bytes on the wire, kept as ``X-Archive-Orig-…``: the stored body is decoded."""

_serial = count(1)
PURPOSE = "Vedette-Purpose"
"""Named field of a record that holds no page; readers of WARC pass over fields they do not know (ISO 28500 §5)."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they are archived."""

    url: str
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    """Decoded: no transfer coding, no content coding."""
    fetched_at: datetime
    request_headers: Sequence[tuple[str, str]] = ()
    ip: str | None = None
    purpose: str = "page"
    """``page``, or what else it was asked for: ``channel``, ``rules`` (robots.txt, tdmrep.json), ``refusal``."""


@dataclass(frozen=True)
class SealedSegment:
    """A finished file."""

    path: str
    """Relative to the archive folder, with forward slashes."""
    records: int
    """WARC records of every type."""
    responses: int
    bytes: int
    sha256: builtins.bytes


class _Members:
    """A file of gzip members: ``flush`` ends one, so every record can be read by seek.

    It digests what it writes, which saves reading the file again at sealing.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._packer = self._fresh()
        self.sha256 = hashlib.sha256()
        self.size = 0

    @staticmethod
    def _fresh() -> zlib._Compress:
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def write(self, data: bytes) -> None:
        self._put(self._packer.compress(data))

    def flush(self) -> None:
        self._put(self._packer.flush())
        self._packer = self._fresh()

    def _put(self, packed: bytes) -> None:
        self._file.write(packed)
        self.sha256.update(packed)
        self.size += len(packed)


class SegmentWriter:
    """Writes one segment under ``archive/YYYY/MM/DD/<label>-<utc>-<pid>-<n>.warc.gz``.

    The file is made by the first record, so a crawl that fetches nothing leaves nothing behind. Leaving the
    ``with`` block without :meth:`seal` removes the open file. Raises ArchiveError when the disk refuses.
    """

    def __init__(self, archive: Path, label: str, software: str) -> None:
        self._archive = archive
        self._label = label
        self._software = software
        self._file: BinaryIO | None = None
        self._path = archive
        self._members: _Members | None = None
        self._warc: WARCWriter | None = None
        self.records = 0
        self.responses = 0

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._members.size if self._members else 0

    def write(self, exchange: Exchange) -> int:
        """Append response and request; returns the byte offset of the response record."""
        try:
            warc, members = self._opened()
            offset = members.size
            # The members are digested and sized in memory; the file must not be ahead of what a reader may seek.
            response = warc.create_warc_record(
                exchange.url,
                "response",
                payload=BytesIO(exchange.body),
                length=len(exchange.body),
                http_headers=_response_head(exchange),
                warc_headers_dict=_about(exchange),
            )
            request = warc.create_warc_record(
                exchange.url,
                "request",
                payload=BytesIO(b""),
                length=0,
                http_headers=_request_head(exchange),
                warc_headers_dict=_about(exchange),
            )
            warc.write_request_response_pair(request, response)
        except OSError as error:
            raise ArchiveError(f"{self._path}: cannot be written: {error.strerror or error}") from error
        self.records += 2
        self.responses += 1
        return offset

    def seal(self) -> SealedSegment | None:
        """Make the segment final; None when nothing was written. The writer is finished then."""
        if self._file is None or self._members is None:
            return None
        final = self._path.with_name(self._path.name.removesuffix(OPEN_SUFFIX))
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._path.rename(final)
            _sync_folder(final.parent)
        except OSError as error:
            raise ArchiveError(f"{self._path}: cannot be sealed: {error.strerror or error}") from error
        self._file.close()
        self._file = None
        return SealedSegment(
            path=final.relative_to(self._archive).as_posix(),
            records=self.records,
            responses=self.responses,
            bytes=self._members.size,
            sha256=self._members.sha256.digest(),
        )

    def discard(self) -> None:
        """Give up what was not sealed."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def _opened(self) -> tuple[WARCWriter, _Members]:
        if self._warc is None or self._members is None:
            now = datetime.now(UTC)
            folder = self._archive / f"{now:%Y/%m/%d}"
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{self._label}-{now:%Y%m%dT%H%M%S%f}Z-{os.getpid()}-{next(_serial)}.warc.gz"
            self._path = folder / (name + OPEN_SUFFIX)
            file = self._path.open("xb")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file = file
            self._members = _Members(file)
            self._warc = WARCWriter(self._members, gzip=False, warc_version="1.1")
            info = {"software": self._software, "format": "WARC File Format 1.1", "isPartOf": self._label}
            self._warc.write_record(self._warc.create_warcinfo_record(name, info))
            self.records += 1
        return self._warc, self._members


def sweep_orphans(archive: Path) -> list[Path]:
    """Move the open files of dead writers to ``archive/orphans/``; returns their new paths.

    A file whose lock can be had has no writer any more. It was never registered, and its pages are fetched
    again; it is kept for whoever wants to look.
    """
    moved: list[Path] = []
    for path in sorted(archive.glob(f"[0-9]*/*/*/*{OPEN_SUFFIX}")):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                target = archive / ORPHANS / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
        except BlockingIOError:
            continue
        except FileNotFoundError:
            continue  # sealed, or swept by another crawl, in this very moment
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be put aside: {error.strerror or error}") from error
        moved.append(target)
    return moved


def _response_head(exchange: Exchange) -> StatusAndHeaders:
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _NO_LONGER_TRUE else name, _one_line(value))
        for name, value in exchange.headers
    ]
    headers.append(("Content-Length", str(len(exchange.body))))
    return StatusAndHeaders(f"{exchange.status} {_phrase(exchange.status)}", headers, protocol="HTTP/1.1")


def _request_head(exchange: Exchange) -> StatusAndHeaders:
    authority, _, target = exchange.url.split("://", 1)[-1].partition("/")
    headers = [("Host", authority), *((name, _one_line(value)) for name, value in exchange.request_headers)]
    return StatusAndHeaders(f"GET /{target} HTTP/1.1", headers, is_http_request=True)


def _about(exchange: Exchange) -> dict[str, str]:
    about = {"WARC-Date": f"{exchange.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"}
    if exchange.ip:
        about["WARC-IP-Address"] = exchange.ip
    if exchange.purpose != "page":
        about[PURPOSE] = exchange.purpose
    return about


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
