"""Writing segments.

A segment grows as ``<name>.warc.gz.open`` under an exclusive ``flock`` and is *sealed* by fsync, rename and
fsync of its folder. Only a sealed segment may be registered, so a file that still bears ``.open`` after its
writer died was never counted. From just before the rename until it is registered, an empty
``<name>.warc.gz.unregistered`` lies beside the segment and the ``flock`` is kept, so a segment whose writer died in
between is told from those that count. :mod:`processing.archive.orphans` puts both kinds aside.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO, FileIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from processing.errors import ArchiveError

OPEN_SUFFIX = ".open"
UNREGISTERED_SUFFIX = ".unregistered"
_LEVEL = 4
"""gzip level, the dearest part of keeping a page. Of 150 recorded press pages of 73 kB level 4 makes 23.6 % in 0.67 ms
a page, level 6 22.7 % in 1.08 ms, level 3 25.2 % in 0.56 ms."""

_NO_LONGER_TRUE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that speak of the bytes on the wire, kept as ``X-Archive-Orig-…``: the stored body is decoded."""

_ROOM = 128 * 1024
"""Bytes that must fit before a crawl begins."""

_MAKE_ROOM = "; make room there, or set VEDETTE_HOME to a folder on another disk"
_LET_WRITE = "; let Vedette write there, or set VEDETTE_HOME to another folder"
_WAYS_OUT = {
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EFBIG: _MAKE_ROOM,
    errno.EROFS: _LET_WRITE,
    errno.EACCES: _LET_WRITE,
    errno.EPERM: _LET_WRITE,
}

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

    def __init__(self, file: FileIO) -> None:
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

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Members written in this block stand in the file whole, or not at all when the disk refuses."""
        size, digest = self.size, self.sha256.copy()
        try:
            yield
        except OSError:
            self.size, self.sha256, self._packer = size, digest, self._fresh()
            self._file.seek(size)
            self._file.truncate()
            raise

    def _put(self, packed: bytes) -> None:
        # The file is not buffered: what a full disk refuses is known here, not when the file is closed.
        left = memoryview(packed)
        while left:
            left = left[self._file.write(left) :]
        self.sha256.update(packed)
        self.size += len(packed)


class SegmentWriter:
    """Writes one segment under ``archive/YYYY/MM/DD/<label>-<utc>-<pid>-<n>.warc.gz``.

    The file is made by the first record, so a crawl that fetches nothing leaves nothing behind. Leaving the
    ``with`` block without :meth:`seal` removes the open file. Raises ArchiveError when the disk refuses; what was
    written before is whole then and can still be sealed.
    """

    def __init__(self, archive: Path, label: str, software: str) -> None:
        self._archive = archive
        self._label = label
        self._software = software
        self._file: FileIO | None = None
        self._path = archive
        self._sealed = False
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
            with members.whole():
                warc.write_request_response_pair(request, response)
        except OSError as error:
            raise refused(self._path, "written", error) from error
        self.records += 2
        self.responses += 1
        return offset

    def seal(self) -> SealedSegment | None:
        """Make the segment final; None when nothing was written. Only :meth:`registered` may follow."""
        if self._file is None or self._members is None:
            return None
        final = self._path.with_name(self._path.name.removesuffix(OPEN_SUFFIX))
        try:
            if (there := os.fstat(self._file.fileno()).st_size) != self._members.size:
                raise OSError(f"{there} bytes are there, {self._members.size} were written")  # noqa: TRY301 - as below
            os.fsync(self._file.fileno())
            _unregistered(final).touch()
            self._path.rename(final)
            self._sealed = True
            _sync_folder(final.parent)
        except OSError as error:
            raise refused(self._path, "sealed", error) from error
        self._path = final
        return SealedSegment(
            path=final.relative_to(self._archive).as_posix(),
            records=self.records,
            responses=self.responses,
            bytes=self._members.size,
            sha256=self._members.sha256.digest(),
        )

    def registered(self) -> None:
        """The sealed segment stands in the database now, and the writer is done with it."""
        if self._sealed:
            try:
                _unregistered(self._path).unlink(missing_ok=True)
            except OSError as error:
                raise refused(_unregistered(self._path), "removed", error) from error
        self.discard()

    def discard(self) -> None:
        """Give up what was not sealed; a sealed file stays as it is."""
        if self._file is not None:
            try:
                if not self._sealed:
                    self._path.unlink(missing_ok=True)
                    final = self._path.with_name(self._path.name.removesuffix(OPEN_SUFFIX))
                    _unregistered(final).unlink(missing_ok=True)
            except OSError as error:
                raise refused(self._path, "removed", error) from error
            finally:
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
            self._file = self._path.open("xb", buffering=0)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            members = _Members(self._file)
            warc = WARCWriter(members, gzip=False, warc_version="1.1")
            info = {"software": self._software, "format": "WARC File Format 1.1", "isPartOf": self._label}
            try:
                warc.write_record(warc.create_warcinfo_record(name, info))
            except OSError:
                self.discard()
                raise
            self.records += 1
            self._warc, self._members = warc, members
        return self._warc, self._members


def check_writable(archive: Path) -> None:
    """Make the folder and try to put a page's worth of bytes there, so that no site is asked for what cannot be kept.

    Raises ArchiveError when the disk refuses.
    """
    try:
        archive.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=archive, buffering=0) as file:
            left = memoryview(bytes(_ROOM))
            while left:
                left = left[file.write(left) :]
    except OSError as error:
        raise refused(archive, "written", error) from error


def refused(path: Path, what: str, error: OSError) -> ArchiveError:
    """The error for a path that could not be ``what``: written, sealed, removed …, with the way out."""
    way_out = _WAYS_OUT.get(error.errno or 0, "")
    return ArchiveError(f"{path}: cannot be {what}: {error.strerror or error}{way_out}")


def _unregistered(final: Path) -> Path:
    return final.with_name(final.name + UNREGISTERED_SUFFIX)


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
